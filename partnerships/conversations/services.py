"""Writing in a conversation, and having read it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.conversations import emails
from partnerships.conversations.models import ConversationMessage, ReadMark
from partnerships.conversations.queries import is_open, read_mark, written_with
from partnerships.conversations.rules import LONGEST, MOST, WITHIN, clean
from partnerships.matching.models import Introduction
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal, TooMany
from phare_platform.lib.formats import decimal, moment
from phare_platform.trace.services import leave_trace


@transaction.atomic
def post_message(
    introduction: Introduction,
    *,
    organisation: Organisation,
    text: str,
    by: User | None,
    key: str = "",
    seen: int = 0,
    via: str = "page",
    at: datetime | None = None,
) -> ConversationMessage:
    """Write to the other side, which is told by mail unless it has a mail unanswered.

    `seen` is the last message the writer had before their eyes; it counts as read. The same `key`
    again gives the message already written. Raises Refusal for no words or too many, Conflict
    (`conversation_closed`) when the introduction has ended meanwhile, and TooMany for more than
    thirty messages of the organisation within an hour.
    """
    at = at or timezone.now()
    words = _clean(text)
    # One after the other for each organisation, so that the limit holds; then for each
    # conversation, so that nothing is written after its end.
    organisation = Organisation.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=organisation.pk
    )
    introduction = _locked(introduction)
    if (again := written_with(introduction, organisation, key=key)) is not None:
        return again
    if not is_open(introduction, now=at):
        message = _("This conversation is closed: nothing more can be written in it.")
        raise Conflict(message, code="conversation_closed")
    _refuse_too_many(organisation, at=at)
    written = ConversationMessage.objects.create(
        introduction=introduction,
        organisation=organisation,
        author=by,
        text=words,
        key=key,
        written_at=at,
    )
    leave_trace("conversations.post_message", written, by=by, via=via)
    if seen:
        _move_mark(introduction, organisation, up_to=seen, at=at)
    _tell(introduction, _other(introduction, organisation))
    return written


@transaction.atomic
def mark_read(
    introduction: Introduction,
    *,
    organisation: Organisation,
    up_to: int,
    at: datetime | None = None,
) -> None:
    """Note that a side has read up to this message; what came after it is told by a new mail."""
    introduction = _locked(introduction)
    _move_mark(introduction, organisation, up_to=up_to, at=at or timezone.now())
    if is_open(introduction, now=at or timezone.now()):
        _tell(introduction, organisation)


def _locked(introduction: Introduction) -> Introduction:
    rows = Introduction.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("first", "second", "partnership").get(pk=introduction.pk)


def _clean(text: str) -> str:
    words = clean(text)
    if not words:
        raise Refusal(_("Write a few words."), code="message_empty")
    if len(words) > LONGEST:
        raise Refusal(too_long(len(words)), code="message_too_long")
    return words


def too_long(count: int) -> str:
    """What is said of a message of so many characters."""
    language = get_language() or "fr"
    most, n = decimal(LONGEST, language=language), decimal(count, language=language)
    text = _("A message has up to %(most)s characters; this one has %(n)s.")
    return text % {"most": most, "n": n}


def _refuse_too_many(organisation: Organisation, *, at: datetime) -> None:
    written = ConversationMessage.objects.filter(
        organisation=organisation, written_at__gt=at - WITHIN
    ).order_by("-written_at")
    oldest = list(written.values_list("written_at", flat=True)[MOST - 1 : MOST])
    if oldest:
        again = moment(timezone.localtime(oldest[0] + WITHIN), language=get_language() or "fr")
        raise TooMany(
            _("Your organisation has written many messages: write the next one after %(moment)s.")
            % {"moment": again},
            code="too_many_messages",
        )


def _move_mark(
    introduction: Introduction, organisation: Organisation, *, up_to: int, at: datetime
) -> None:
    """Never back, and never beyond what was written."""
    written = ConversationMessage.objects.filter(introduction=introduction, pk__lte=up_to)
    last = written.order_by("-pk").values_list("pk", flat=True).first()
    if last and last > read_mark(introduction, organisation):
        ReadMark.objects.update_or_create(
            introduction=introduction,
            organisation=organisation,
            defaults={"last": last, "read_at": at},
        )


def _tell(introduction: Introduction, organisation: Organisation) -> None:
    """Mail this side about the first message that it has not read, if there is one."""
    mark = read_mark(introduction, organisation)
    unread = (
        ConversationMessage.objects.filter(introduction=introduction, pk__gt=mark)
        .exclude(organisation=organisation)
        .select_related("organisation", "author", "introduction__partnership")
        .select_related("introduction__first", "introduction__second")
        .order_by("pk")
        .first()
    )
    if unread is not None:
        emails.send_unread(unread, to=organisation, after=mark)


def _other(introduction: Introduction, organisation: Organisation) -> Organisation:
    if organisation.pk not in (introduction.first_id, introduction.second_id):
        raise ValueError(f"{organisation.pk} is not a side of introduction {introduction.pk}")
    first = introduction.first_id == organisation.pk
    return introduction.second if first else introduction.first
