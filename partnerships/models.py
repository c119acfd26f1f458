"""Register of the first floor's tables. Rooms hold them; outsiders may import from here."""

from partnerships.evaluation.models import (
    AnswerSheet,
    Evaluation,
    Question,
    QuestionnaireAnswer,
    Score,
)
from partnerships.lifecycle.models import (
    CheckPoint,
    Partner,
    Partnership,
    PartnershipEvent,
    PointAnswer,
)
from partnerships.matching.models import (
    Digest,
    Introduction,
    PackedProfile,
    Policy,
    Refresh,
    RefreshChunk,
    RefreshInput,
    SuggestionAnswer,
    SuggestionList,
)
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    ResourceDeclaration,
)

__all__ = [
    "AnswerSheet",
    "AreaOfAction",
    "CheckPoint",
    "Declaration",
    "Digest",
    "Evaluation",
    "Introduction",
    "Invitation",
    "JoinRequest",
    "Membership",
    "Organisation",
    "PackedProfile",
    "Partner",
    "Partnership",
    "PartnershipEvent",
    "PointAnswer",
    "Policy",
    "Question",
    "QuestionnaireAnswer",
    "Refresh",
    "RefreshChunk",
    "RefreshInput",
    "ResourceDeclaration",
    "Score",
    "SuggestionAnswer",
    "SuggestionList",
]
