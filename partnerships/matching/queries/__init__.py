"""What matching reads: profiles, exclusions, candidates, suggestions."""

from partnerships.matching.queries.columns import load_columns
from partnerships.matching.queries.exclusions import exclusions
from partnerships.matching.queries.policies import active_policy, running_refresh, weights_of
from partnerships.matching.queries.profiles import candidates_for, load_profiles, profiles_of

__all__ = [
    "active_policy",
    "candidates_for",
    "exclusions",
    "load_columns",
    "load_profiles",
    "profiles_of",
    "running_refresh",
    "weights_of",
]
