"""The suggestions of one organisation, page by page: three to begin with, then five at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator

from partnerships.matching.models import Policy
from partnerships.matching.queries.explained import Suggestion, explained
from partnerships.matching.queries.policies import active_policy
from partnerships.matching.queries.standing import Standing
from partnerships.matching.queries.suggestions import (
    Shortlist,
    may_answer_about,
    shortlist_of,
)
from partnerships.organisations.models import Organisation

FIRST, MORE = 3, 5


class FewThenMore(Paginator):  # type: ignore[type-arg]  # of whatever list it is given
    """A first page of three, then pages of five: what is shown at once is also read."""

    def __init__(self, things: Any) -> None:
        """Cut these things, kept in their order."""
        super().__init__(things, MORE)

    @property
    def num_pages(self) -> int:
        """One page at least, even empty."""
        return 1 + math.ceil(max(0, self.count - FIRST) / MORE)

    def page(self, number: Any) -> Page[Any]:
        """The page of this number; raises InvalidPage for one that does not exist."""
        number = self.validate_number(number)
        begin = 0 if number == 1 else FIRST + (number - 2) * MORE
        end = FIRST if number == 1 else begin + MORE
        return Page(self.object_list[begin:end], number, self)


@dataclass(frozen=True)
class Board:
    """What the page of suggestions shows: cards, or why there are none."""

    shortlist: Shortlist
    room: int
    page: Page[Any] | None = None
    cards: Sequence[Suggestion] = field(default_factory=tuple)
    standing: Standing | None = None

    @property
    def more_count(self) -> int:
        """How many cards the next page would add."""
        if self.page is None or not self.page.has_next():
            return 0
        shown = FIRST + (self.page.number - 1) * MORE
        return min(MORE, self.page.paginator.count - shown)


def policy_of(shortlist: Shortlist) -> Policy | None:
    """The policy that made the list, else the one in force; None before the first of all."""
    return shortlist.policy or active_policy()


def cards_of(
    organisation: Organisation, others: Sequence[Organisation], *, shortlist: Shortlist
) -> list[Suggestion]:
    """These organisations as cards, by the policy of the list."""
    policy = policy_of(shortlist)
    if policy is None:
        return []
    return explained(organisation, others, policy=policy, rarely_shown=shortlist.rarely_shown)


def suggestion_about(organisation: Organisation, other: Organisation) -> Suggestion | None:
    """One suggestion with all its reasons, also when answered or put off since.

    None when the other is not, and never was, suggested to this organisation.
    """
    if not may_answer_about(organisation, other):
        return None
    cards = cards_of(organisation, [other], shortlist=shortlist_of(organisation))
    return cards[0] if cards else None
