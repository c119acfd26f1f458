"""Declaring: sets replaced whole, all or nothing, traced, the matching told."""

import pytest

from partnerships.organisations.models import Declaration
from partnerships.organisations.queries import completeness_of, rose_of
from partnerships.organisations.rules import Declared, Means
from partnerships.organisations.services import declare
from phare_platform.lib.errors import Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace

GRANT = Means("money_grant", "need")


def test_what_is_given_replaces_what_was_there(ateliers, alice):
    declare(ateliers, by=alice, declarations=[Declared(5, "acts", 3), Declared(1, "seeks", 1)])
    declare(ateliers, by=alice, declarations=[Declared(5, "acts", 1), Declared(11, "seeks", 2)])
    found = set(Declaration.objects.values_list("domain", "side", "level"))
    assert found == {(5, "acts", 1), (11, "seeks", 2)}


def test_what_is_not_given_stays(ateliers, alice):
    declare(ateliers, by=alice, resources=[Means("money_grant", "need", "a start")])
    declare(ateliers, by=alice, declarations=[Declared(5, "acts", 3)])
    assert ateliers.resources.get().note == "a start"
    assert ateliers.areas.count() == 1


def test_the_words_of_a_means_can_change(ateliers, alice):
    declare(ateliers, by=alice, resources=[Means("money_grant", "need", "a start")])
    declare(ateliers, by=alice, resources=[Means("money_grant", "need", " a van ")])
    assert [m.note for m in ateliers.resources.all()] == ["a van"]


def test_the_moment_is_kept_the_deed_traced_and_the_matching_told(ateliers, alice):
    after = declare(ateliers, by=alice, declarations=[Declared(5, "acts", 3)], capacity=0)
    assert after.declared_at
    trace = Trace.objects.get(deed="organisations.declare")
    assert trace.actor == alice
    assert trace.details == {"declarations": 1, "capacity": 0}
    job = Job.objects.get()
    assert job.task == "partnerships.matching.refresh_organisations"
    assert job.kwargs == {"together": [ateliers.pk]}


def test_modes_are_kept_in_the_order_of_the_register(ateliers, alice):
    after = declare(ateliers, by=alice, modes=["societal_innovation", "patronage", "patronage"])
    assert after.modes == ["patronage", "societal_innovation"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"declarations": [Declared(5, "acts", 3), Declared(5, "acts", 1)]}, "declared_twice"),
        ({"resources": [GRANT, GRANT]}, "declared_twice"),
        ({"capacity": 51}, "capacity_range"),
        ({"capacity": -1}, "capacity_range"),
        ({"areas": []}, "areas_count"),
    ],
)
def test_nothing_is_saved_when_a_part_is_refused(ateliers, alice, values, code):
    kept = {"declarations": [Declared(9, "acts", 1)], **values}
    with pytest.raises(Refusal) as refusal:
        declare(ateliers, by=alice, **kept)
    assert refusal.value.code == code
    assert not Declaration.objects.exists()
    assert ateliers.areas.count() == 1


def test_one_to_twelve_areas(ateliers, alice, places):
    every = list(places.values())
    declare(ateliers, by=alice, areas=[*every[:12], every[0]])
    assert ateliers.areas.count() == 12


def test_the_rose_and_the_meter_follow(ateliers, alice):
    assert rose_of(ateliers).is_empty
    assert completeness_of(ateliers).percent == 10  # the contact person
    declare(
        ateliers,
        by=alice,
        declarations=[Declared(5, "acts", 3), Declared(1, "seeks", 1)],
        resources=[Means("time_staff", "offer")],
        modes=["patronage"],
    )
    ateliers.refresh_from_db()
    rose = rose_of(ateliers)
    assert (rose.acts, rose.seeks) == ({5: 1.0}, {1: pytest.approx(1 / 3)})
    complete = completeness_of(ateliers)
    assert complete.percent == 75
    assert [part.value for part in complete.missing] == ["needs", "description"]
