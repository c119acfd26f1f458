"""Tables of the room: policies and lists, answers and introductions, digests."""

from partnerships.matching.models.digests import Digest, ToldSuggestion
from partnerships.matching.models.suggestions import (
    Introduction,
    MatchingChange,
    Obstacle,
    PackedProfile,
    Policy,
    PolicyComparison,
    Refresh,
    RefreshChunk,
    RefreshInput,
    SuggestionAnswer,
    SuggestionAnswerQuerySet,
    SuggestionList,
)

__all__ = [
    "Digest",
    "Introduction",
    "MatchingChange",
    "Obstacle",
    "PackedProfile",
    "Policy",
    "PolicyComparison",
    "Refresh",
    "RefreshChunk",
    "RefreshInput",
    "SuggestionAnswer",
    "SuggestionAnswerQuerySet",
    "SuggestionList",
    "ToldSuggestion",
]
