"""From a waiting row to a message handed over: relay, claim, send, close, reconcile.

The row is the truth. A sender first claims it in a committed transaction, then speaks to the mail
server outside any transaction, then closes it under its claim. Killed in between, it leaves a row
whose lease runs out; nobody can know whether the server had accepted it, so the row becomes "in
doubt": shown to the team, sent again only where a second copy is the lesser evil. All instants are
the database's: a worker whose clock is wrong does no harm.
"""

import logging
import uuid
from contextlib import suppress
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Concat, Lower, Now
from kombu.exceptions import OperationalError

from phare_platform.lib.faults import fail_point
from phare_platform.outbox import events
from phare_platform.outbox.enums import DeliveryKind, MessageKind, MessageStatus
from phare_platform.outbox.models import Message, Suppression, Unsubscription
from phare_platform.outbox.pictures import attach_pictures
from phare_platform.outbox.rules import (
    MOST_ATTEMPTS,
    UNREACHED_WAIT,
    Verdict,
    no_such_mailbox,
    verdict_on,
    wait_before,
)

logger = logging.getLogger(__name__)
WINDOW = 80  # messages of one class handed to the workers and not yet taken
QUEUED_FOR = timedelta(seconds=60)
LEASE = timedelta(seconds=90)  # longer than a task may last
DOUBT = timedelta(hours=1)
# A second copy of a security message does less harm than none; of all others, the reverse.
SENT_AGAIN_IN_DOUBT = [MessageKind.SECURITY]


def relay() -> int:
    """Hand due messages to the workers, security first; returns how many.

    At most WINDOW of each class are handed out and not yet taken, so a long digest neither drowns
    the broker nor keeps a sign-in code waiting. What gets lost is handed out again after a minute.
    """
    security = Q(kind=MessageKind.SECURITY)
    pks = [*_lend(security), *_lend(~security)]
    for pk in pks:
        try:
            current_app.send_task("outbox.send", kwargs={"pk": pk}, retry=False)
        except (OperationalError, OSError) as error:
            logger.warning("The broker takes no message: %s", error)
            break
    return len(pks)


def due() -> QuerySet[Message]:
    """Messages that may leave now."""
    return Message.objects.pending().filter(
        Q(not_before=None) | Q(not_before__lte=Now()), attempts__lt=MOST_ATTEMPTS
    )


def _lend(of_class: Q) -> list[int]:
    handed_out = Message.objects.pending().filter(of_class, queued_until__gt=Now()).count()
    with transaction.atomic():
        pks = list(
            due()
            .filter(of_class, Q(queued_until=None) | Q(queued_until__lt=Now()))
            .select_for_update(skip_locked=True)
            .order_by("pk")
            .values_list("pk", flat=True)[: max(0, WINDOW - handed_out)]
        )
        Message.objects.filter(pk__in=pks).update(queued_until=Now() + QUEUED_FOR)
    return pks


def send(pk: int) -> MessageStatus | None:
    """Send one message if it is still to be sent; returns its new status, None if it was not."""
    fail_point("start")
    message = claim(pk)
    if message is None:
        return None
    fail_point("after_claim")
    verdict, words = deliver(message)
    fail_point("after_250")
    status = close(message, verdict, words)
    fail_point("after_commit")
    return status


def claim(pk: int) -> Message | None:
    """Take the message for this sender alone, or None.

    Cancels it, with words that say so, for who unsubscribed and for a suppressed address.
    """
    mine = uuid.uuid4()
    with transaction.atomic(durable=True):
        row = due().filter(pk=pk)
        if _cancelled(row):
            return None
        # The server may have forgotten the first copy by now: only the team may risk a second.
        row.filter(_forgotten()).update(status=MessageStatus.IN_DOUBT)
        taken = row.update(
            status=MessageStatus.SENDING,
            attempts=F("attempts") + 1,
            claim=mine,
            lease_until=Now() + LEASE,
        )
    return Message.objects.get(pk=pk) if taken else None


def unwanted() -> QuerySet[Unsubscription]:
    """The wish of the person, asked anew for each message just before it leaves."""
    return Unsubscription.objects.filter(kind=OuterRef("kind"), address=Lower(OuterRef("to")))


def suppressed() -> QuerySet[Suppression]:
    """What the providers taught us about the address; account security is sent all the same."""
    return Suppression.objects.standing().filter(address=Lower(OuterRef("to")))


def _cancelled(row: QuerySet[Message]) -> bool:
    reason = Subquery(suppressed().values("reason")[:1])
    return bool(
        row.filter(Exists(unwanted())).update(
            status=MessageStatus.CANCELLED,
            last_error="Not sent: the person wants no messages of this kind.",
        )
        or row.exclude(kind=MessageKind.SECURITY)
        .filter(Exists(suppressed()))
        .update(
            status=MessageStatus.CANCELLED,
            last_error=Concat(Value("Not sent: the address is suppressed, "), reason, Value(".")),
        )
    )


def deliver(message: Message) -> tuple[Verdict, str]:
    """Speak to the mail server; returns what became of the message, and the server's words."""
    mail = _mail(message)
    try:
        mail.message()
    except ValueError as error:  # an address or a header that no server would take
        return Verdict.REFUSED, _words(error)
    connected = False
    connection = get_connection()
    try:
        connection.open()
        connected = True
        fail_point("before_smtp")
        sent = connection.send_messages([mail])
    except Exception as error:
        return verdict_on(error, connected=connected), _words(error)
    finally:
        with suppress(Exception):  # the answer is known; a rude goodbye changes nothing
            connection.close()
    return (Verdict.ACCEPTED, "") if sent else (Verdict.UNKNOWN, "The backend sent nothing.")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _mail(message: Message) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        headers={
            **message.headers,
            "Message-ID": message.message_id,
            "Content-Language": message.language,
        },
    )
    # django-anymail gives it to the provider, who tells it again in its events.
    mail.metadata = {"phare": message.message_id}  # type: ignore[attr-defined]
    if message.html:
        mail.attach_alternative(message.html, "text/html")
        attach_pictures(mail, message.html)
    return mail


def close(message: Message, verdict: Verdict, words: str) -> MessageStatus | None:
    """Write what became of a claimed message; None when another claim has replaced ours.

    A row that was declared in doubt meanwhile still learns the truth from its own sender.
    """
    wait = wait_before(message.attempts)
    changes: dict[str, object] = {"last_error": words[:2000]}
    if verdict is Verdict.ACCEPTED:
        changes |= {"status": MessageStatus.SENT, "sent_at": Now()}
    elif verdict is Verdict.REFUSED:
        changes["status"] = MessageStatus.FAILED
    elif verdict is Verdict.UNKNOWN:
        changes |= _in_doubt()
    elif verdict is Verdict.UNREACHED:
        changes |= _again(UNREACHED_WAIT) | {"attempts": F("attempts") - 1}
    elif wait is None:
        changes["status"] = MessageStatus.QUARANTINED
    else:
        changes |= _again(wait)
    closed = Message.objects.filter(
        pk=message.pk,
        claim=message.claim,
        status__in=[MessageStatus.SENDING, MessageStatus.IN_DOUBT],
    ).update(**changes)
    if closed and verdict is Verdict.REFUSED and no_such_mailbox(words):
        events.record(
            event_id=f"smtp:{message.message_id}",
            address=message.to,
            kind=DeliveryKind.BOUNCED,
            permanent=True,
            message_id=message.message_id,
            words=words,
        )
    return MessageStatus(str(changes["status"])) if closed else None


def _again(wait: timedelta) -> dict[str, object]:
    return {
        "status": MessageStatus.PENDING,
        "not_before": Now() + wait,
        "queued_until": None,
        "lease_until": None,
    }


def _in_doubt() -> dict[str, object]:
    taken_at = ExpressionWrapper(F("lease_until") - LEASE, DateTimeField())
    return {
        "status": MessageStatus.IN_DOUBT,
        "doubtful_since": Coalesce(F("doubtful_since"), taken_at),
    }


def _forgotten() -> Q:
    """In doubt for longer than the server remembers what it took; security is sent all the same."""
    remembered = timedelta(seconds=settings.OUTBOX_RELAY_REMEMBERS) - LEASE
    return Q(doubtful_since__lt=Now() - remembered) & ~Q(kind__in=SENT_AGAIN_IN_DOUBT)


def reconcile() -> dict[str, int]:
    """Look after what a killed sender left behind; returns how many rows of each fate.

    What is in doubt is sent again where the server recognises a second copy by its Message-ID
    (`OUTBOX_RELAY_REMEMBERS`), and where a second copy is the lesser evil.
    """
    doubtful = Message.objects.filter(status=MessageStatus.SENDING, lease_until__lt=Now()).update(
        **_in_doubt(), last_error="The sender stopped before it could tell."
    )
    in_doubt = Message.objects.filter(status=MessageStatus.IN_DOUBT)
    if settings.OUTBOX_RELAY_REMEMBERS:
        old = in_doubt.exclude(_forgotten())
    else:
        old = in_doubt.filter(kind__in=SENT_AGAIN_IN_DOUBT, lease_until__lt=Now() - DOUBT)
    stuck = old | Message.objects.pending()
    quarantined = stuck.filter(attempts__gte=MOST_ATTEMPTS).update(status=MessageStatus.QUARANTINED)
    again = old.update(**_again(timedelta()))
    return {"in_doubt": doubtful, "sent_again": again, "quarantined": quarantined}


def send_all_due() -> int:
    """Send here and now what is due, for tests and commands; returns how many were handed over."""
    return sum(send(pk) is MessageStatus.SENT for pk in list(due().values_list("pk", flat=True)))
