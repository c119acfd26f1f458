"""Conversations: all of an organisation's, one of them, and the reply from a mail."""

import hashlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.conversations import queries, services
from partnerships.conversations.access import ReplyLink, read_reply_token
from partnerships.conversations.forms import MessageForm, WordsForm
from partnerships.matching.access import get_introduction, reading_side, sides_of
from partnerships.matching.models import Introduction
from partnerships.matching.queries.introductions import told_to
from partnerships.organisations.access import current_organisation
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.http import keep_private
from phare_platform.lib.idempotency import FIELD
from phare_platform.lib.paging import paginate
from phare_platform.lib.signing import LinkExpired, LinkInvalid
from phare_platform.outbox.services import note_answer

FOLDER = "partnerships/conversations"
OK, NOT_FOUND, GONE, UNPROCESSABLE = 200, 404, 410, 422


@require_safe
def conversations(request: UserRequest) -> HttpResponse:
    """The conversations of the organisation in whose name the person acts, the latest first."""
    organisation = current_organisation(request)
    if organisation is None:
        return render(request, "partnerships/matching/no_organisation.html")
    page = paginate(request, queries.conversations_of(organisation))
    now = timezone.now()
    context = {
        "organisation": organisation,
        "page": page,
        "rows": [(told_to(organisation, found, now=now), found) for found in page],
    }
    return render(request, f"{FOLDER}/index.html", context)


@require_safe
def conversation(request: UserRequest, pk: int) -> HttpResponse:
    """One conversation. Opened by an owner or editor, it counts as read by the organisation."""
    found = get_introduction(request.user, pk)
    us = reading_side(request, found)
    may_write = us in sides_of(request.user, found, to="edit")
    talk = queries.conversation_of(us, found, now=timezone.now(), before=_before(request))
    if talk.new and may_write and request.method == "GET":
        services.mark_read(found, organisation=us, up_to=talk.last)
    form = MessageForm(user=request.user, initial={"organisation": us.pk, "seen": talk.last})
    return _page(request, talk, form, may_write=may_write)


def _before(request: HttpRequest) -> int | None:
    """The message before which to begin; None where the address names none."""
    text = request.GET.get("avant", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _page(
    request: UserRequest,
    talk: queries.Conversation,
    form: MessageForm,
    *,
    may_write: bool,
    status: int = OK,
) -> HttpResponse:
    context = {
        "organisation": talk.told.us,
        "told": talk.told,
        "talk": talk,
        "form": form,
        "may_write": may_write and talk.is_open,
        "is_reader": not may_write,
        "is_late_part": _before(request) is None,
    }
    return render(request, f"{FOLDER}/conversation.html", context, status=status)


@require_POST
def conversation_write(request: UserRequest, pk: int) -> HttpResponse:
    """Write to the other side; the same form sent twice is one message."""
    found = get_introduction(request.user, pk, to="edit")
    form = MessageForm(request.POST, user=request.user)
    us = _side_in(form, found)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            services.post_message(
                found,
                organisation=us,
                text=form.cleaned_data["text"],
                seen=form.cleaned_data["seen"],
                by=request.user,
                key=_hashed(request.POST.get(FIELD, "")),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Sent: the other side is told by e-mail."))
            return redirect("partnerships:conversation", pk=pk)
    talk = queries.conversation_of(us, found, now=timezone.now())
    return _page(request, talk, form, may_write=True, status=status)


def _side_in(form: MessageForm, found: Introduction) -> Organisation:
    """The side named in the form; 404 when it is not one, or not the person's."""
    form.full_clean()
    organisation = form.cleaned_data.get("organisation")
    for side in (found.first, found.second):
        if organisation is not None and organisation.pk == side.pk:
            return side
    raise Http404


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest() if key else ""


# Exempt from the session's proof of origin as every page behind a signed link: no cookie is used
# here, and whoever knows the address may press the button.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conversation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was written to the person, with a form to reply once; or send the reply."""
    try:
        link = read_reply_token(token)
    except LinkExpired:
        return keep_private(
            render(request, f"{FOLDER}/link_dead.html", {"why": "old"}, status=GONE)
        )
    except LinkInvalid:
        return keep_private(render(request, f"{FOLDER}/link_dead.html", status=NOT_FOUND))
    with translation.override(link.user.language):
        if request.method == "POST":
            response = _reply(request, link, token)
        else:
            response = _offer(request, link, WordsForm())
        response.headers["Content-Language"] = link.user.language
    return keep_private(response)


def _reply(request: HttpRequest, link: ReplyLink, token: str) -> HttpResponse:
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _offer(request, link, form, status=UNPROCESSABLE)
    try:
        written = services.post_message(
            link.introduction,
            organisation=link.organisation,
            text=form.cleaned_data["text"],
            seen=form.cleaned_data["seen"],
            by=link.user,
            key=link.key,
            via="mail",
        )
        if written.text != form.cleaned_data["text"]:
            sentence = _("This link has been used for a reply already: sign in to write more.")
            raise Conflict(sentence, code="link_used")
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _offer(request, link, form, status=refusal.status)
    note_answer(link.mail_key, at=timezone.now())
    return redirect("partnerships:conversation_link", token=token)


def _offer(
    request: HttpRequest, link: ReplyLink, form: WordsForm, *, status: int = OK
) -> HttpResponse:
    said = queries.since(link.introduction, after=link.after)
    context: dict[str, Any] = {
        "link": link,
        "said": said,
        "last": said[-1].pk if said else 0,
        "form": form,
        "reply": queries.written_with(link.introduction, link.organisation, key=link.key),
        "is_open": queries.is_open(link.introduction, now=timezone.now()),
    }
    return render(request, f"{FOLDER}/link.html", context, status=status)
