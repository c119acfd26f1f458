"""Register of the floor's mails with their samples. Rooms hold them."""

from django.utils.translation import gettext_lazy as _

from partnerships.conversations.samples import SAMPLES as CONVERSATIONS
from partnerships.evaluation.samples import SAMPLES as EVALUATION
from partnerships.lifecycle.samples import SAMPLES as LIFECYCLE
from partnerships.matching.samples import SAMPLES as MATCHING
from partnerships.organisations.samples import SAMPLES as ORGANISATIONS
from partnerships.reminders.samples import SAMPLES as REMINDERS

GROUPS = [
    (_("suggestions and introductions"), [*MATCHING, *CONVERSATIONS]),
    (_("organisations and their members"), ORGANISATIONS),
    (_("partnerships"), LIFECYCLE),
    (_("evaluations"), EVALUATION),
    (_("reminders"), REMINDERS),
]
