"""The fast sharing of places gives what the definition gives, and the definition is fair."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching.engine import places as engine
from partnerships.matching.engine.places import (
    NOBODY,
    Candidates,
    heads_of_lists,
    share_places,
)
from partnerships.matching.rules import places as rules
from partnerships.matching.rules.places import Member, Sharing
from tests.partnerships.matching.world import HOMES

LOOPS = ("_take", "_measure", "_give", "_compose")


def candidates_of(members):
    """The arrays of these members, ids ascending; candidates nobody knows become `NOBODY`."""
    members = sorted(members, key=lambda member: member.id)
    row_of = {member.id: row for row, member in enumerate(members)}
    shape = (len(members), max((len(m.candidates) for m in members), default=0) + 1)
    rows, points = np.full(shape, NOBODY, np.int32), np.zeros(shape, np.int16)
    for k, member in enumerate(members):
        for column, (other, value) in enumerate(member.candidates):
            rows[k, column], points[k, column] = row_of.get(other, NOBODY), value
    homes = [member.home for member in members]
    answered = [
        (row_of[member.id], row_of[other])
        for member in members
        for other in member.answered
        if other in row_of
    ]
    by, about = np.array(answered, np.int32).reshape(-1, 2).T
    return Candidates(
        ids=np.array([member.id for member in members], np.int64),
        rows=rows,
        points=points,
        open_counts=np.array([member.open_count for member in members], np.int32),
        is_full=np.array([member.is_full for member in members], np.bool_),
        home=np.array(
            [(h.municipality, h.intermunicipality, h.department, h.region) for h in homes],
            np.int32,
        ).reshape(-1, 4),
        position=np.array([h.position or (0, 0, 0) for h in homes], np.int32).reshape(-1, 3),
        located=np.array([h.position is not None for h in homes], np.bool_),
        answered=(by, about),
    )


def told(everyone, places):
    """What the engine shows, as the definition says it."""
    shown = {}
    for row, pk in enumerate(everyone.ids.tolist()):
        count = places.counts[row]
        ids = everyone.ids[places.rows[row, :count]].tolist()
        points = places.points[row, :count].tolist()
        shown[pk] = rules.Shown(ids, points, int(places.reserved[row]))
    return shown


@st.composite
def worlds(draw):
    """Members with symmetric points of few values, so that ties abound, in lists cut short."""
    count = draw(st.integers(1, 12))
    ids = sorted(draw(st.sets(st.integers(1, 90), min_size=count, max_size=count)))
    values = draw(st.sampled_from([[5000], [4000, 5000, 6000], [100, 5000, 10_000, 10_000]]))
    seed, length = draw(st.integers(0, 10**6)), draw(st.integers(1, 8))
    chance = random.Random(seed)
    points = {}
    for place, one in enumerate(ids):
        for other in ids[place + 1 :]:
            if chance.random() < 0.7:
                points[one, other] = points[other, one] = chance.choice(values)
    members = []
    for pk in ids:
        found = [(other, points[pk, other]) for other in ids if (pk, other) in points]
        found.sort(key=lambda candidate: (-candidate[1], candidate[0]))
        stranger = [(1000, 3000)] if chance.random() < 0.1 else []  # has left since
        members.append(
            Member(
                pk,
                chance.choice(HOMES),
                found[:length] + stranger,
                open_count=chance.choice([0, 0, 1, 3]),
                is_full=chance.random() < 0.15,
                answered=frozenset(other for other in ids if chance.random() < 0.1),
            )
        )
    wanted = draw(st.integers(1, 6))
    rule = Sharing(
        places=wanted,
        reserved=draw(st.integers(0, min(3, wanted - 1))),
        cap=draw(st.integers(0, 4)),
        load_penalty=draw(st.sampled_from([0, 250, 9000])),
    )
    return members, rule


@settings(max_examples=2000, deadline=None)
@given(worlds())
def test_the_engine_shares_as_the_definition_does(world):
    members, rule = world
    everyone = candidates_of(members)
    assert told(everyone, share_places(everyone, rule)) == rules.share_places(members, rule)


@settings(max_examples=300, deadline=None)
@given(worlds(), st.integers(1, 9))
def test_plain_loops_and_small_bands_change_nothing(world, band):
    members, rule = world
    everyone = candidates_of(members)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "BAND", band)
        patch.setattr(engine, "BLOCK", 3)
        for name in LOOPS:
            loop = getattr(engine, name)
            patch.setattr(engine, name, getattr(loop, "py_func", loop))
        shown = told(everyone, share_places(everyone, rule))
    assert shown == rules.share_places(members, rule)


@settings(max_examples=500, deadline=None)
@given(worlds())
def test_what_a_policy_promises_holds(world):
    members, rule = world
    shown = rules.share_places(members, rule)
    by_id = {member.id: member for member in members}
    exposure = dict.fromkeys(by_id, 0)
    for pk, places in shown.items():
        assert len(places.ids) == len(set(places.ids)) <= rule.places
        assert places.reserved <= rule.reserved
        for place, other in enumerate(places.ids):
            exposure[other] += 1
            assert not by_id[other].is_full
            assert other not in by_id[pk].answered
            unseen = place >= len(places.ids) - places.reserved
            theirs = by_id[other if unseen else pk].candidates
            assert (pk if unseen else other, places.points[place]) in theirs
    assert not rule.cap or max(exposure.values()) <= rule.cap


def deferred_acceptance(members, rule, places):
    """Hosts ask their candidates from the best down; each keeps the best `cap` that asked.

    The textbook, one host's wish at a time: nothing of the greedy rule is in it.
    """
    members = sorted(members, key=lambda member: member.id)
    by_id = {member.id: member for member in members}
    wishes = {}
    for host in members:
        for place, (other, points) in enumerate(host.candidates):
            if other not in by_id or by_id[other].is_full or other in host.answered:
                continue
            value = max(0, points - rule.load_penalty * by_id[other].open_count)
            wishes.setdefault(host.id, []).append(((-value, host.id, place), other))
    waiting = {host: sorted(wishes.get(host, [])) for host in by_id}
    held = {pk: [] for pk in by_id}  # what each shown one keeps: (rank, host)
    while True:
        keeps = dict.fromkeys(by_id, 0)
        for kept in held.values():
            for _rank, host in kept:
                keeps[host] += 1
        asking = next((h for h in by_id if keeps[h] < places and waiting[h]), None)
        if asking is None:
            return {(host, other) for other, kept in held.items() for _rank, host in kept}
        rank, other = waiting[asking].pop(0)
        held[other] = sorted([*held[other], (rank, asking)])[: rule.cap or None]


@settings(max_examples=500, deadline=None)
@given(worlds())
def test_the_first_round_is_deferred_acceptance(world):
    members, rule = world
    rule = Sharing(rule.places, 0, rule.cap, rule.load_penalty)
    shown = rules.share_places(members, rule)
    taken = {(host, other) for host, places in shown.items() for other in places.ids}
    assert taken == deferred_acceptance(members, rule, rule.places)


def test_an_unseen_one_is_offered_to_its_nearest_hosts_and_to_three_at_most():
    near, far = HOMES[0], HOMES[7]
    stars = [(pk, 9000) for pk in (1, 2, 3)]
    hosts = [Member(pk, near if pk < 14 else far, stars) for pk in range(10, 18)]
    unseen = Member(99, near, [(host.id, 6000) for host in reversed(hosts)])
    members = [*(Member(pk, far) for pk in (1, 2, 3)), *hosts, unseen]
    shown = rules.share_places(members, Sharing(places=3, reserved=1, cap=0))
    assert [pk for pk, places in shown.items() if 99 in places.ids] == [11, 12, 13]
    assert shown[13] == rules.Shown([1, 2, 99], [9000, 9000, 6000], 1)
    assert shown[17] == rules.Shown([1, 2, 3], [9000, 9000, 9000], 0)


def test_nobody_and_nothing_is_no_error():
    assert rules.share_places([], Sharing()) == {}
    assert told(candidates_of([]), share_places(candidates_of([]), Sharing())) == {}
    alone = [Member(5, HOMES[0])]
    assert rules.share_places(alone, Sharing()) == {5: rules.Shown()}


def test_heads_of_lists_are_the_first_that_may_be_shown():
    members = [
        Member(1, HOMES[0], [(2, 9000), (3, 8000), (4, 7000)], answered={3}),
        Member(2, HOMES[0]),
        Member(3, HOMES[0]),
        Member(4, HOMES[0], [(2, 5000)], is_full=True),
    ]
    everyone = candidates_of(members)
    shown = told(everyone, heads_of_lists(everyone, 2))
    assert shown[1] == rules.Shown([2], [9000], 0)
    assert shown[4] == rules.Shown([2], [5000], 0)
