"""Register of the floor's endpoints: (prefix, viewset, name)."""

from typing import Any

from partnerships.conversations.api import ROUTES as CONVERSATIONS
from partnerships.evaluation.api import ROUTES as EVALUATION
from partnerships.lifecycle.api import ROUTES as LIFECYCLE
from partnerships.matching.api import ROUTES as MATCHING
from partnerships.organisations.api import ROUTES as ORGANISATIONS

ROUTES: list[tuple[str, Any, str]] = [
    *ORGANISATIONS,
    *MATCHING,
    *CONVERSATIONS,
    *LIFECYCLE,
    *EVALUATION,
]
