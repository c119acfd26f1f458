"""Reads of the room: finding organisations, their profiles, the places they name."""

from partnerships.organisations.queries.finding import (
    JoinWish,
    alike,
    declaring,
    find_alike,
    find_organisations,
    nearest_first,
)
from partnerships.organisations.queries.members import (
    invitation_of,
    memberships_of,
    token_digest,
    waiting_invitations,
    waiting_join_requests,
    wishes_of,
)
from partnerships.organisations.queries.places import default_areas
from partnerships.organisations.queries.profiles import (
    EXPORT_HEADER,
    Card,
    MeansLine,
    Rose,
    cards_for,
    completeness_of,
    export_rows,
    means_by_family,
    rose_of,
)

__all__ = [
    "EXPORT_HEADER",
    "Card",
    "JoinWish",
    "MeansLine",
    "Rose",
    "alike",
    "cards_for",
    "completeness_of",
    "declaring",
    "default_areas",
    "export_rows",
    "find_alike",
    "find_organisations",
    "invitation_of",
    "means_by_family",
    "memberships_of",
    "nearest_first",
    "rose_of",
    "token_digest",
    "waiting_invitations",
    "waiting_join_requests",
    "wishes_of",
]
