"""What the team does with mail: a test to oneself, sending again, letting go. Each leaves a trace.

What may be sent again or let go is decided by the outbox.
"""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from phare_platform.accounts.models import User
from phare_platform.cockpit.emails import harmless
from phare_platform.lib.errors import Refusal
from phare_platform.outbox import services as outbox
from phare_platform.outbox.composing import Letter
from phare_platform.outbox.models import Message, Unsubscription
from phare_platform.outbox.rendering import one_line
from phare_platform.trace.services import leave_trace

TEST = "test"  # the campaign of tests


@transaction.atomic
def send_test(letter: Letter, *, to: User, template: str) -> Message:
    """Queue this very message, marked as a test and with harmless links, to one person.

    Raises Refusal when the person has switched this kind of message off: it would never leave.
    """
    if Unsubscription.objects.filter(address=to.email.lower(), kind=letter.kind).exists():
        told = _("You have switched off messages of the kind “%(kind)s”: this test cannot leave.")
        raise Refusal(told % {"kind": letter.kind.label}, code="unsubscribed")
    with translation.override(letter.language):
        mark = _("[Test]")
    words = harmless(letter.rendered)
    message = outbox.queue_rendered(
        key=f"{TEST}:{uuid.uuid4()}",
        kind=letter.kind,
        rendered=words._replace(subject=one_line(f"{mark} {words.subject}")),
        to=to.email,
        recipient=to,
        language=letter.language,
        campaign=TEST,
    )
    if message is None:
        raise RuntimeError(TEST)  # a key of its own is always new
    leave_trace("cockpit.send_test", message, by=to, template=template)
    return message


@transaction.atomic
def send_again(pks: Collection[int], *, by: User) -> int:
    """Give these messages new attempts, as far as they are in trouble or held; returns how many."""
    return _each(pks, "send_again", by)


@transaction.atomic
def let_go(pks: Collection[int], *, by: User) -> int:
    """Give these messages up, as far as they are in trouble or held; returns how many."""
    return _each(pks, "let_go", by)


def _each(pks: Collection[int], deed: str, by: User) -> int:
    """One by one, so that each trace tells of a change that this very deed made."""
    change = {"send_again": outbox.send_again, "let_go": outbox.let_go}[deed]
    done = 0
    for message in Message.objects.filter(pk__in=pks).order_by("pk"):
        if change(Message.objects.filter(pk=message.pk)):
            leave_trace(f"cockpit.{deed}", message, by=by, was=message.status)
            done += 1
    return done
