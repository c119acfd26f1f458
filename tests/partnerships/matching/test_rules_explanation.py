"""The reasons carry the facts that a page puts into words."""

from partnerships.matching import rules
from partnerships.matching.enums import Component
from partnerships.matching.rules import Unknown, Weights
from tests.partnerships.matching.world import HOMES, profile

TOWN = profile(
    1,
    areas=[11],
    kind="municipality",
    acts={5: 3},
    seeks={1: 2, 12: 1},
    needs=["money_grant", "time_volunteers"],
    modes=["patronage"],
    priorities={12: 3},
)
CLUB = profile(
    2,
    areas=[100],
    home=HOMES[1],
    acts={12: 1, 5: 2},
    offers=["time_volunteers"],
    modes=["patronage", "economic_cooperation"],
)


def reasons():
    return rules.explain(TOWN, CLUB, Weights())


def test_it_says_which_domains_fit_with_their_rank_and_levels():
    sought = reasons().part(Component.COMPLEMENTARY)
    assert [fact.domain for fact in sought.fitting] == [12]
    fact = sought.fitting[0]
    assert (fact.level, fact.other_level, fact.rank) == (1, 1, 3)
    assert {fact.domain for fact in sought.domains if not fact.fits} == {1}
    assert sought.points == sought.maximum - sought.maximum // 2 + fact.points


def test_it_says_what_is_given_and_what_is_still_missing():
    means = reasons().part(Component.RESOURCES)
    assert means.matched == ("time_volunteers",)
    assert means.missing == ("money_grant",)
    assert (means.points, means.maximum) == (1000, 2000)
    assert reasons().part(Component.MODES).matched == ("patronage",)


def test_it_says_how_far_and_what_they_have_in_common():
    near = reasons().part(Component.PROXIMITY)
    assert near.level == "intermunicipality"
    assert 60 < near.distance_km < 70
    unknown = rules.explain(TOWN, profile(3, areas=[11], home=HOMES[2]), Weights())
    near = unknown.part(Component.PROXIMITY)
    assert (near.distance_km, near.level) == (None, "department")


def test_it_says_which_worlds_meet():
    assert reasons().part(Component.WORLDS).kinds == ("municipality", "association")


def test_it_says_what_would_raise_the_match_on_either_side():
    asked = rules.maxima(rules.answered(TOWN), Weights())
    assert set(reasons().unknowns) == {
        Unknown("other", "seeks", 3000),
        Unknown("other", "needs", 2000),
    }
    silent = rules.explain(TOWN, profile(3, areas=[11]), Weights()).unknowns
    assert Unknown("other", "offers", asked.resources) in silent
    assert Unknown("other", "acts", 2000 + asked.complementary + asked.shared) in silent
    assert [u.points for u in silent] == sorted((u.points for u in silent), reverse=True)
    mirrored = rules.explain(profile(3, areas=[11]), TOWN, Weights()).unknowns
    assert Unknown("one", "offers", asked.resources) in mirrored


def test_a_component_not_answered_says_so():
    club = rules.explain(CLUB, TOWN, Weights())
    part = club.part(Component.COMPLEMENTARY)
    assert (part.is_answered, part.maximum, part.weight) == (False, 0, 3000)
    assert club.part(Component.SHARED).maximum > 2000


def test_it_is_told_in_the_order_of_the_components():
    assert [part.component for part in reasons().parts] == list(Component)
