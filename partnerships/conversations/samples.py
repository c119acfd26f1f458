"""What the mail of this room looks like."""

from django.utils.translation import gettext_lazy as _

from partnerships.conversations import emails
from partnerships.conversations.models import ConversationMessage
from partnerships.matching.samples import introduction_of
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.samples import Stage
from phare_platform.outbox.composing import Sample


def _unread(stage: Stage) -> None:
    message = ConversationMessage.objects.create(
        introduction=introduction_of(stage),
        organisation=stage.them,
        author=members_to_tell(stage.them)[0],
        text="Bonjour, nous avons une camionnette libre le jeudi. En parlons-nous ?",
    )
    emails.send_unread(message, to=stage.us, after=0)


SAMPLES = [
    Sample("partnerships/conversations/emails/unread", _("somebody has written"), _unread),
]
