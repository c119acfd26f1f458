"""`make bench` in small, so that it cannot rot, and what its figures rest on."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import quality
from benchmarks.floors import FLOORS, MILLION, verdicts
from benchmarks.generate import generate
from benchmarks.limit import Limit
from benchmarks.places import read_places
from benchmarks.reference import profile_of
from partnerships.matching.rules import Weights, directed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def places():
    return read_places()


@pytest.mark.skipif(sys.platform != "linux", reason="CPU of the database is read from /proc")
def test_a_small_run_measures_verifies_and_reports(tmp_path):
    result = tmp_path / "result.json"
    options = ["--n", "2000", "--rounds", "2", "--sql", "10", "--edits", "2", "--verify", "25"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "phare_platform.settings"}
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks", *options, "--json", str(result)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-3000:]
    found = json.loads(result.read_text())
    assert found["exactness"]["verified"] >= 25
    assert found["exactness"]["by_sql"] == 10
    assert found["measures"]["identical"] == 1
    assert found["measures"]["sql_over_engine"] > 1
    assert found["designs"]["engine, warm"]["pairs_per_cpu_second"] > 0
    assert found["designs"]["SQL per organisation"]["sampled"] == 10
    assert ("limit kernel" in found["designs"]) == bool(shutil.which("gcc") or shutil.which("cc"))
    assert found["quality"]["designs"]["ours, heads of lists"]["no_shared_fragility"] == 0
    assert found["quality"]["designs"]["random"]["no_shared_fragility"] > 0.05
    for part in ("Everyone's list", "Quality and fairness", "What must hold", "PASS"):
        assert part in said.stdout


def test_seeded_organisations_have_what_makes_matching_hard(places):
    columns = generate(4000, places, seed=1).columns
    assert (np.diff(columns.ids) > 0).all()
    assert np.isin(columns.home[:, 1], places.straddling).sum() >= 60
    several = np.diff(columns.areas.starts)
    assert several.min() == 1
    assert 0.12 < (several > 1).mean() < 0.18
    for declared, silent in ((columns.needs, 0.10), (columns.modes, 0.10)):
        assert abs((declared == 0).mean() - silent) < 0.03
    assert abs((~columns.seeks.any(axis=1)).mean() - 0.05) < 0.02
    assert 0 < (~columns.located).mean() < 0.1
    assert 3 < np.diff(columns.excluded.starts).mean() < 5
    for row in range(200):  # exclusions are given from both sides, never of itself
        others = columns.excluded.row(row)
        assert row not in others
        assert all(row in columns.excluded.row(other) for other in others)
    again = generate(4000, places, seed=1).columns
    assert (again.acts == columns.acts).all()
    assert (again.areas.values == columns.areas.values).all()


@pytest.mark.skipif(not (shutil.which("gcc") or shutil.which("cc")), reason="NO C COMPILER")
def test_the_limit_kernel_does_the_arithmetic_of_the_score(places):
    columns = generate(128, places, seed=2).columns
    columns.located[:] = True  # it knows no other case
    people = [profile_of(columns, row) for row in range(128)]
    brings = np.array([[directed(i, j, Weights()).total for j in people] for i in people])
    both = brings + brings.T
    for threshold in (2000, 3000, 4000):
        limit = Limit.of(columns, Weights(), np.full(128, threshold))
        sums = both[np.ix_(*limit.sides)]
        assert limit() >= (sums >= 2 * threshold).sum() > 0  # shares are rounded up
        assert limit() <= (sums >= 2 * threshold - 250).sum()


def test_measures_of_a_table_of_suggestions(places):
    columns = generate(3, places, seed=3).columns
    found = quality.measures(columns, np.array([[1, -1], [0, 2], [1, -1]]))
    assert (found["suggestions"], found["mutual"], found["never_shown"]) == (4, 1, 0)
    assert found["most_shown"] == 2
    assert quality.gini(np.array([1, 1, 1, 1])) == pytest.approx(0)
    assert quality.gini(np.array([0, 0, 0, 4])) == pytest.approx(0.75)
    held_out = quality.HeldOut(np.array([0, 1]), [np.array([5, 6]), np.array([7])], "")
    shown = np.full((2, 10), -1)
    shown[0, 0], shown[1, 1] = 5, 7
    found = quality.recovered(shown, held_out)
    assert found["recall_at_10"] == pytest.approx(0.75)
    perfect = 1 / (1 + 1 / np.log2(3))
    assert found["ndcg_at_10"] == pytest.approx((perfect + 1 / np.log2(3)) / 2)


def test_floors_bind_at_their_size_only():
    measures = {floor.measure: floor.bound for floor in FLOORS}
    said = {floor.what: verdict for floor, _, verdict in verdicts(measures, MILLION)}
    assert said["peak memory of a refresh, MB"] == "PASS"
    assert said["one edited organisation, SQL / engine"] == "(binding at 100,000)"
    below = verdicts({"places_filled": 0.5}, 7)
    assert [verdict for _, _, verdict in below] == ["below"]
