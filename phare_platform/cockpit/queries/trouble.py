"""Messages that need a person: refused, in doubt, given up after many attempts, held back."""

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from phare_platform.cockpit.queries.queue import IN_TROUBLE
from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message


def troubled(*, status: str = "", kind: str = "", words: str = "") -> QuerySet[Message]:
    """The messages in trouble, the newest first; `words` are of the address or the campaign."""
    found = Message.objects.filter(status__in=IN_TROUBLE)
    if status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(Q(to__icontains=words) | Q(campaign__istartswith=words))
    return found.defer("text", "html", "headers").order_by("-pk")


def chosen(pks: Collection[str]) -> list[Message]:
    """Those of these messages that are still in trouble, the newest first."""
    numbers = [int(pk) for pk in pks if pk.isdecimal() and len(pk) < 19]
    return list(troubled().filter(pk__in=numbers))


def meaning_of(status: str) -> str:
    """What this trouble is, in a sentence."""
    return {
        MessageStatus.FAILED.value: _("The mail server refused it for good."),
        MessageStatus.QUARANTINED.value: _("It was tried many times in vain."),
        MessageStatus.IN_DOUBT.value: _(
            "The mail server took it, but its answer was lost: it may have arrived."
        ),
        MessageStatus.HELD.value: _("It was held back when a backup was restored."),
    }.get(status, "")
