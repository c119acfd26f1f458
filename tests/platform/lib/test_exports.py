"""Exports: no spreadsheet runs what somebody typed."""

import csv
import io

import pytest

from phare_platform.lib.exports import csv_response, safe_cell

DANGERS = [
    *["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\0x", "＝1", "＋1", "－1", "＠x"],
    *["  =1", "\n=1"],
]


@pytest.mark.parametrize("text", DANGERS)
def test_no_cell_starts_a_formula(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["Poitiers", "a=b", "", "3-4", 5, -5, None, 2.5])
def test_other_cells_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_an_export_reads_back_as_it_was_written():
    answer = csv_response(
        "list", ["name", "people"], [["=cmd|' /C calc'!A0", 3], ['É "x", y\nz', -5]]
    )
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body, newline="")))
    assert rows == [["name", "people"], ["'=cmd|' /C calc'!A0", "3"], ['É "x", y\nz', "-5"]]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
