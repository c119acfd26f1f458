"""Where an organisation stands when there is nothing to show it, and so what to do next."""

from enum import StrEnum

from partnerships.matching.queries.suggestions import Shortlist
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation


class Standing(StrEnum):
    """Why no suggestion is shown; each has its own words and its own next step."""

    PAUSED = "paused"
    FULL = "full"
    COMPUTING = "computing"
    NOTHING_DECLARED = "nothing_declared"
    NOBODY = "nobody"
    FILTERED = "filtered"
    ALL_ANSWERED = "all_answered"


def has_declared(organisation: Organisation) -> bool:
    """True when the organisation has named a fragility, without which nobody can be suggested."""
    return organisation.declarations.exists()


def before_the_list(organisation: Organisation, *, room: int) -> Standing | None:
    """What keeps suggestions from being shown at all; None when they may be."""
    if organisation.status != Status.ACTIVE:
        return Standing.PAUSED
    if not has_declared(organisation):
        return Standing.NOTHING_DECLARED
    if room <= 0:
        return Standing.FULL
    return None


def empty_list(shortlist: Shortlist, *, filtered: bool) -> Standing:
    """Why a list that may be shown is empty."""
    if filtered:
        return Standing.FILTERED
    return Standing.ALL_ANSWERED if shortlist.has_candidates else Standing.NOBODY
