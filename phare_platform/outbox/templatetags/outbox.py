"""What the team's start page says of mail."""

from typing import NamedTuple

from django import template
from django.db.models import Count
from django.urls import reverse

from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message

register = template.Library()


class Trouble(NamedTuple):
    """So many messages in one state, and where the team finds them."""

    label: str
    number: int
    url: str


@register.simple_tag
def messages_in_trouble() -> list[Trouble]:
    """How many messages are refused, in doubt or set aside; states without any are left out."""
    rows = Message.objects.troubled().values_list("status").annotate(Count("pk")).order_by("status")
    listed = reverse("admin:outbox_message_changelist")
    return [
        Trouble(str(MessageStatus(status).label), count, f"{listed}?status__exact={status}")
        for status, count in rows
    ]
