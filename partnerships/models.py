"""Register of the first floor's tables. Rooms hold them; outsiders may import from here."""

from partnerships.conversations.models import ConversationMessage, ReadMark
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
    MatchingChange,
    Obstacle,
    PackedProfile,
    Policy,
    PolicyComparison,
    Refresh,
    RefreshChunk,
    RefreshInput,
    SuggestionAnswer,
    SuggestionList,
    ToldSuggestion,
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
from partnerships.reminders.models import Reminder

__all__ = [
    "AnswerSheet",
    "AreaOfAction",
    "CheckPoint",
    "ConversationMessage",
    "Declaration",
    "Digest",
    "Evaluation",
    "Introduction",
    "Invitation",
    "JoinRequest",
    "MatchingChange",
    "Membership",
    "Obstacle",
    "Organisation",
    "PackedProfile",
    "Partner",
    "Partnership",
    "PartnershipEvent",
    "PointAnswer",
    "Policy",
    "PolicyComparison",
    "Question",
    "QuestionnaireAnswer",
    "ReadMark",
    "Refresh",
    "RefreshChunk",
    "RefreshInput",
    "Reminder",
    "ResourceDeclaration",
    "Score",
    "SuggestionAnswer",
    "SuggestionList",
    "ToldSuggestion",
]
