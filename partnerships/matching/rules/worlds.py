"""What the meeting of two worlds is worth, in parts of 400."""

from itertools import combinations_with_replacement

from partnerships.organisations.enums import Kind

WORLDS_SCALE = 400
KINDS = (Kind.ASSOCIATION, Kind.COMPANY, Kind.MUNICIPALITY, Kind.UNIVERSITY)

# Seeded from the register's table of whom mayors expect to act on what (`mayors_role_allocation`,
# PHARE-Institutions, confirmed): associations on D04, D05, D10, D14; companies on D01, D02, D15,
# D16. The two have no domain in common, so together they cover most: the full points. A local
# authority is the one that expects them both; universities are not in the table (own proposal).
EXPECTED = {Kind.ASSOCIATION: {4, 5, 10, 14}, Kind.COMPANY: {1, 2, 15, 16}}
COMPLETE_EACH_OTHER = 400
CALLED_BY_THE_AUTHORITY = 350
NOT_IN_THE_TABLE = 300
SAME_WORLD = 150


def _seed(one: Kind, other: Kind) -> int:
    if one == other:
        return SAME_WORLD
    if Kind.UNIVERSITY in (one, other):
        return NOT_IN_THE_TABLE
    if Kind.MUNICIPALITY in (one, other):
        return CALLED_BY_THE_AUTHORITY
    return NOT_IN_THE_TABLE if EXPECTED[one] & EXPECTED[other] else COMPLETE_EACH_OTHER


WORLDS: dict[tuple[str, str], int] = {}
for _one, _other in combinations_with_replacement(KINDS, 2):
    WORLDS[_one, _other] = WORLDS[_other, _one] = _seed(_one, _other)


def meeting(one: str, other: str) -> int:
    """What a meeting of these two kinds of organisation is worth, 0 to 400, the same both ways.

    Raises KeyError for an unknown kind.
    """
    return WORLDS[one, other]
