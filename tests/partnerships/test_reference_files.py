"""The checklists and the questionnaire that ship, looked at as files."""

import csv
from collections import Counter

import pytest
from django.conf import settings

DATA = settings.BASE_DIR / "partnerships/data"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_checklists_hold_43_points_in_order():
    points = rows("checklists.csv")
    assert Counter(point["stage"] for point in points) == {
        "prepare": 15,
        "accompany": 14,
        "evaluate": 14,
    }
    assert [point["id"] for point in points] == [
        f"{prefix}{number:02}"
        for prefix, last in (("PR", 15), ("AC", 14), ("EV", 14))
        for number in range(1, last + 1)
    ]
    assert all(point["order"] == str(int(point["id"][2:])) for point in points)


@pytest.mark.parametrize("name", ["checklists.csv", "questionnaire.csv", "questionnaire_scale.csv"])
def test_each_text_exists_in_both_languages_with_french_typography(name):
    for row in rows(name):
        for column, text in row.items():
            if column.endswith("_fr"):
                assert bool(text) == bool(row[f"{column[:-3]}_en"]), (row, column)
                assert "'" not in text
                assert " :" not in text
                assert " ?" not in text
                assert " ;" not in text


def test_the_questionnaire_scores_three_effects_by_six_questions_each():
    questions = rows("questionnaire.csv")
    assert len(questions) == len({question["id"] for question in questions}) == 32
    scored = [question for question in questions if question["kind"] == "scale_0_4"]
    assert Counter(question["block"] for question in scored) == {"I": 6, "P": 6, "T": 6}
    assert all(question["evidence_fr"] for question in scored)
    assert {question["id"] for question in questions if question["third_party_fr"]} == {
        "I2",
        "I5",
        "T5",
        "B4",
    }


def test_questions_to_choose_from_name_their_choices_once():
    for question in rows("questionnaire.csv"):
        lists = [question[f"choices{end}"].split("|") for end in ("", "_fr", "_en")]
        assert len({len(one) for one in lists}) == 1
        assert len(set(lists[0])) == len(lists[0])
        wanted = question["kind"] in ("choice", "multi", "rank")
        assert bool(question["choices"]) == wanted


def test_the_scale_goes_from_0_to_4_and_allows_no_answer():
    assert [row["value"] for row in rows("questionnaire_scale.csv")] == [*"01234", "NA"]
