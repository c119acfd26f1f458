"""Two policies compared: asked for, computed by the task, kept; and what is called better."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.lifecycle.models import Partner, Partnership
from partnerships.matching import services, tasks
from partnerships.matching.models import (
    Introduction,
    Policy,
    PolicyComparison,
    SuggestionAnswer,
    SuggestionList,
)
from partnerships.matching.queries.comparisons import compared, said_yes
from partnerships.matching.rules.comparing import MEASURES, tally, verdict
from partnerships.matching.services import comparing
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace
from tests.partnerships.matching.country import DATABASE_HOMES, build_country, put_all
from tests.partnerships.matching.world import crowd

NOW = timezone.now()


def introduced(**sides):
    """Two organisations that both said yes to an introduction."""
    Introduction.objects.create(
        **sides,
        state="accepted",
        expires_at=NOW,
        first_accepted_at=NOW,
        second_accepted_at=NOW,
        answered_at=NOW,
    )


MEASURE = {measure.name: measure for measure in MEASURES}


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("gini", 0.60, 0.40, "second"),  # less is better
        ("gini", 0.40, 0.60, "first"),
        ("gini", 0.400, 0.405, "same"),  # too small to matter
        ("served_share", 0.90, 0.95, "second"),
        ("mean_points", 5000, 7000, ""),  # each policy counts its own points
        ("recall", None, 0.5, ""),
    ],
)
def test_better_is_said_only_where_it_is_clear(name, one, other, expected):
    assert verdict(MEASURE[name], one, other) == expected


def test_the_tally_counts_clear_differences_only():
    one = {"gini": 0.5, "served_share": 0.9, "median_km": 10.0, "mean_points": 1.0}
    other = {"gini": 0.3, "served_share": 0.9, "median_km": 30.0, "mean_points": 9e9}
    assert tally(one, other) == (1, 1)


@pytest.fixture
def policies(db):
    return (
        Policy.objects.create(name="present", is_active=True, floor=0),
        Policy.objects.create(name="near", floor=0, proximity=5000, complementary=0),
    )


@pytest.fixture
def everyone(policies):
    build_country()
    return put_all(crowd(40, seed=4, homes=DATABASE_HOMES))


def test_asking_leaves_a_row_a_job_and_a_trace(policies):
    comparison = services.ask_comparison(policies[0], second=policies[1], by=None)
    assert comparison.state == "waiting"
    job = Job.objects.get(task="partnerships.matching.compare_policies")
    assert job.kwargs == {"comparison_id": comparison.pk}
    assert Trace.objects.filter(deed="matching.ask_comparison", subject_id=comparison.pk).exists()


def test_the_same_two_are_compared_once_at_a_time_in_either_order(policies):
    first, second = policies
    services.ask_comparison(first, second=second, by=None)
    with pytest.raises(Conflict):
        services.ask_comparison(second, second=first, by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyComparison.objects.create(first=second, second=first)
    with pytest.raises(Refusal):
        services.ask_comparison(first, second=first, by=None)
    third = Policy.objects.create(name="third")
    assert services.ask_comparison(first, second=third, by=None).state == "waiting"


def test_one_whose_process_died_does_not_stand_in_the_way(policies):
    dead = services.ask_comparison(policies[0], second=policies[1], by=None)
    PolicyComparison.objects.update(state="running", created_at=timezone.now() - timedelta(hours=1))
    services.ask_comparison(policies[0], second=policies[1], by=None)
    dead.refresh_from_db()
    assert (dead.state, dead.error) == ("failed", "interrupted")


def test_a_comparison_keeps_what_it_found_and_changes_no_list(everyone, policies):
    services.refresh_matches()
    before = list(SuggestionList.objects.order_by("pk").values_list("pk", "partners", "policy"))
    comparison = services.ask_comparison(policies[0], second=policies[1], by=None)
    tasks.compare_policies(comparison.pk)
    comparison.refresh_from_db()
    assert comparison.state == "done"
    assert comparison.organisations_count == comparison.compared_count == len(everyone)
    assert comparison.done_count == comparison.total_count == 2 * len(everyone)
    one, other = comparison.result["first"], comparison.result["second"]
    assert one["fragility_share"] == other["fragility_share"] == 1.0
    assert one["mean_points"] != other["mean_points"]
    assert 0 < comparison.result["agreement"]["overlap"] < 1
    assert list(SuggestionList.objects.order_by("pk").values_list("pk", "partners", "policy")) == (
        before
    )
    tasks.compare_policies(comparison.pk)  # handed out twice
    again = PolicyComparison.objects.get(pk=comparison.pk)
    assert again.finished_at == comparison.finished_at


def test_what_is_measured_is_what_the_refresh_would_store(everyone, policies):
    services.refresh_matches()
    stored = SuggestionList.objects.values_list("partners", "points")
    points = [p for _partners, points in stored for p in points[:10]]
    comparison = services.ask_comparison(policies[0], second=policies[1], by=None)
    found = services.run_comparison(comparison).result["first"]
    assert found["mean_points"] == pytest.approx(sum(points) / len(points))
    assert found["served_share"] == np.mean([bool(partners) for partners, _ in stored])


def test_a_large_country_is_sampled_the_same_way_each_time(everyone, policies, monkeypatch):
    monkeypatch.setattr(comparing, "MOST_COMPARED", 30)
    monkeypatch.setattr(comparing, "SAMPLE", 12)
    results = []
    for _round in range(2):
        comparison = services.run_comparison(
            services.ask_comparison(policies[0], second=policies[1], by=None)
        )
        assert (comparison.compared_count, comparison.is_sample) == (12, True)
        assert "gini" not in comparison.result["first"]
        results.append({**comparison.result["first"], "cpu_seconds": 0})
    assert results[0] == results[1]
    assert "fairness" not in [table.name for table in compared(comparison).tables]


def test_past_answers_are_looked_for_as_if_they_had_not_met(everyone, policies):
    services.refresh_matches()
    pk, partners = next(
        (stored.pk, stored.partners) for stored in SuggestionList.objects.all() if stored.partners
    )
    best = partners[0]
    first, second = sorted([pk, best])
    introduced(first_id=first, second_id=second)
    found = services.run_comparison(
        services.ask_comparison(policies[0], second=policies[1], by=None)
    ).result["first"]
    assert found["answers_count"] == 2
    assert found["recall"] >= 0.5
    assert found["ndcg"] >= 0.5


def test_a_failure_is_kept_with_its_reason_and_the_pair_is_free_again(policies, monkeypatch):
    comparison = services.ask_comparison(policies[0], second=policies[1], by=None)

    def broken(*_args, **_values):
        raise MemoryError("too many")

    monkeypatch.setattr(comparing, "load_columns", broken)
    with pytest.raises(MemoryError):
        services.run_comparison(comparison)
    comparison.refresh_from_db()
    assert (comparison.state, comparison.error) == ("failed", "MemoryError: too many")
    assert services.ask_comparison(policies[0], second=policies[1], by=None).state == "waiting"


def test_everyone_who_said_yes_is_known(ateliers, mobilites, foret):
    SuggestionAnswer.objects.create(organisation=ateliers, other=foret, kind="interested")
    SuggestionAnswer.objects.create(organisation=foret, other=mobilites, kind="declined")
    introduced(first=ateliers, second=mobilites)
    together = Partnership.objects.create(title="Ensemble", place=ateliers.home)
    for organisation in (mobilites, foret):
        Partner.objects.create(
            partnership=together, organisation=organisation, agreed_at=timezone.now()
        )
    yeses = said_yes()
    assert yeses.wanted == {
        ateliers.pk: {foret.pk, mobilites.pk},
        mobilites.pk: {ateliers.pk, foret.pk},
        foret.pk: {mobilites.pk},
    }
    assert yeses.pairs == {
        (ateliers.pk, mobilites.pk),
        (ateliers.pk, foret.pk),
        (mobilites.pk, foret.pk),
    }
