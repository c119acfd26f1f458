"""Who is shown to whom, so that nobody is flooded and nobody stays invisible: the definition.

Everyone has a list of candidates, best first, and a page with a few places. Were each page to show
the head of its list, the same few organisations would be on thousands of pages and many on none.
So the places are shared out among all lists at once, in three rounds:

1. **The best, up to the cap.** All entries "i may show j" of all lists, by falling key: the points
   of the pair, less a penalty for each introduction that j has open. An entry is taken when i has
   an ordinary place left and j is shown by fewer than `cap`. As points are the same seen from both
   sides, this is what deferred acceptance would find: no two organisations would both rather have
   each other.
2. **Places for the unseen.** Each organisation that nobody shows is offered to those on its own
   list, the nearest first, until `SHOWN_BY` of them show it or all have declined: each has a few
   places kept for this, and first everyone is shown once, then twice, then three times.
3. **What is left.** Round 1 goes on with the entries it passed over, now for all free places.

Equal keys are decided by the host that has the smaller id, then by the order of its list. The fast
one is `engine.places`; it gives the same answer to the place.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from partnerships.matching.rules.profiles import Home
from partnerships.matching.rules.proximity import nearness

# On how many pages an unseen organisation is put. One page may belong to somebody who never opens
# it; many would use up the reserved places, of which there are two for each organisation, and up
# to a third of all organisations needs them.
SHOWN_BY = 3

Pair = tuple[int, int]  # the one that shows, the one that is shown


@dataclass(frozen=True)
class Sharing:
    """The numbers of a policy that say how places are shared; a `cap` of 0 is none."""

    places: int = 10
    reserved: int = 2
    cap: int = 50
    load_penalty: int = 250


@dataclass(frozen=True)
class Member:
    """An organisation as far as showing it goes.

    `candidates` are (id, points), best first. One that is `full` or takes a break is never shown.
    What is in `answered` is not shown to this one again for now.
    """

    id: int
    home: Home
    candidates: Sequence[tuple[int, int]] = ()
    open_count: int = 0
    is_full: bool = False
    answered: Collection[int] = frozenset()


@dataclass
class Shown:
    """Whom one organisation shows: ids with points, in order; the last `reserved` in round 2."""

    ids: list[int] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    reserved: int = 0


def share_places(members: Sequence[Member], rule: Sharing) -> dict[int, Shown]:
    """The places of everyone, by id. Candidates that are not among `members` are passed over.

    Ordinary places come in the order of the list, then the reserved ones as they were given.
    """
    everyone = {member.id: member for member in sorted(members, key=lambda member: member.id)}
    points: dict[Pair, int] = {}
    for member in everyone.values():
        for other, value in member.candidates:
            if _may_show(member, everyone.get(other)):
                points[member.id, other] = value
    entries = sorted(points, key=lambda pair: -_key(points[pair], everyone[pair[1]], rule))
    taken = _take(entries, (), rule.places - rule.reserved, rule)
    kept = _offer_the_unseen(everyone, taken, rule)
    taken |= _take(entries, taken | kept.keys(), rule.places, rule)
    shown = {pk: Shown() for pk in everyone}
    for (host, other), value in points.items():
        if (host, other) in taken:
            shown[host].ids.append(other)
            shown[host].points.append(value)
    for (host, other), value in kept.items():
        shown[host].ids.append(other)
        shown[host].points.append(value)
        shown[host].reserved += 1
    return shown


def _may_show(host: Member | None, other: Member | None) -> bool:
    if host is None or other is None or other.is_full:
        return False
    return other.id not in host.answered


def _key(points: int, other: Member, rule: Sharing) -> int:
    return max(0, points - rule.load_penalty * other.open_count)


def _take(
    entries: Sequence[Pair], before: Collection[Pair], places: int, rule: Sharing
) -> set[Pair]:
    """Go through the entries in order and take what fits besides what was taken `before`."""
    shows = Counter(host for host, _other in before)
    exposure = Counter(other for _host, other in before)
    taken = set()
    for host, other in entries:
        fits = shows[host] < places and (not rule.cap or exposure[other] < rule.cap)
        if fits and (host, other) not in before:
            taken.add((host, other))
            shows[host] += 1
            exposure[other] += 1
    return taken


def _offer_the_unseen(
    everyone: Mapping[int, Member], taken: Collection[Pair], rule: Sharing
) -> dict[Pair, int]:
    """The reserved places, with the points of each pair, in the order in which they were given."""
    seen = {other for _host, other in taken}
    offers = [
        (-nearness(host.home, unseen.home), -points, unseen.id, place, host.id)
        for unseen in everyone.values()
        if unseen.id not in seen
        for place, (other, points) in enumerate(unseen.candidates)
        if (host := everyone.get(other)) and _may_show(host, unseen)
    ]
    offers.sort()
    kept: dict[Pair, int] = {}
    shows: Counter[int] = Counter()
    exposure: Counter[int] = Counter()
    for most in range(1, min(SHOWN_BY, rule.cap or SHOWN_BY) + 1):
        for _near, minus_points, unseen_id, _place, host_id in offers:
            free = shows[host_id] < rule.reserved and exposure[unseen_id] < most
            if free and (host_id, unseen_id) not in kept:
                kept[host_id, unseen_id] = -minus_points
                shows[host_id] += 1
                exposure[unseen_id] += 1
    return kept
