"""The one message of this room: somebody has written to you."""

from django.conf import settings
from django.urls import reverse

from partnerships.conversations.access import ReplyLink, make_reply_token
from partnerships.conversations.models import ConversationMessage
from partnerships.matching.queries.introductions import shared_domains
from partnerships.organisations.access import members_to_tell
from partnerships.organisations.models import Organisation
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.services import queue_message

CAMPAIGN = "conversation"


def send_unread(message: ConversationMessage, *, to: Organisation, after: int) -> None:
    """Tell a side that the other has written; once until it has read beyond `after`.

    `message` is the first one that it has not read. What comes until it reads is told by this same
    mail: the key is the same, so the outbox takes no second one.
    """
    introduction = message.introduction
    domains = shared_domains(introduction)
    for person in members_to_tell(to):
        link = ReplyLink(introduction, to, person, after)
        queue_message(
            key=link.mail_key,
            kind=MessageKind.INTRODUCTION,
            template="partnerships/conversations/emails/unread",
            context={
                "us": to,
                "them": message.organisation,
                "author_name": message.author_name,
                "text": message.text,
                "partnership": introduction.partnership,
                "domain": domains[0] if domains else None,
                "reply_url": _absolute("conversation_link", make_reply_token(link)),
                "url": _absolute("conversation", introduction.pk),
            },
            to=person,
            campaign=CAMPAIGN,
        )


def _absolute(name: str, argument: object) -> str:
    return f"{settings.SITE_URL}{reverse(f'partnerships:{name}', args=[argument])}"
