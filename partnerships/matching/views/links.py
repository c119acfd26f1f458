"""One-click answers from a message: the link shows, the button does, once.

These pages are public: the signed token in the address is the right, not a session. A message
scanner that follows every link changes nothing.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partnerships.matching import services
from partnerships.matching.access import AnswerLink, read_answer_token
from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.forms import LinkAnswerForm
from partnerships.matching.queries.board import suggestion_about
from partnerships.matching.queries.introductions import between
from partnerships.matching.queries.suggestions import answer_about
from partnerships.organisations.enums import Status
from phare_platform.lib.errors import Refusal
from phare_platform.lib.http import keep_private
from phare_platform.lib.signing import LinkExpired, LinkInvalid, was_used

FOLDER = "partnerships/matching"
GONE, NOT_FOUND, OK = 410, 404, 200


# Exempt from the session's proof of origin: no cookie is used here, and whoever knows the address
# may press the button. (Browsers send `Origin: null` from a page without referrer, which that
# proof refuses.)
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggestion_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link in a message would answer, with one button; or answer it."""
    try:
        link = read_answer_token(token)
    except LinkExpired:
        return keep_private(_dead(request, "expired", status=GONE))
    except LinkInvalid:
        return keep_private(_dead(request, "invalid", status=NOT_FOUND))
    with translation.override(link.user.language):
        if request.method == "POST":
            response = _answer(request, link, token)
        else:
            response = _offer(request, link, token)
        response.headers["Content-Language"] = link.user.language
    return keep_private(response)


def _answer(request: HttpRequest, link: AnswerLink, token: str) -> HttpResponse:
    form = LinkAnswerForm(request.POST, kind=link.kind)
    if not form.is_valid():
        return _offer(request, link, token, status=400)
    wish = form.cleaned_data
    try:
        if wish["undo"]:
            services.undo_by_link(link, token=token)
        else:
            services.answer_by_link(link, token=token, reason=wish["reason"])
    except Refusal as refusal:
        return _offer(request, link, token, refusal=refusal, status=refusal.status)
    return redirect("partnerships:suggestion_link", token=token)


def _offer(
    request: HttpRequest,
    link: AnswerLink,
    token: str,
    *,
    refusal: Refusal | None = None,
    status: int = OK,
) -> HttpResponse:
    """The page behind a living link: the suggestion with its button, or what became of it."""
    if link.other.status != Status.ACTIVE:
        return _dead(request, "other_gone", status=GONE, link=link)
    answer = answer_about(link.organisation, link.other)
    if answer and answer.hidden_until and answer.hidden_until <= timezone.now():
        answer = None
    is_used = was_used(token)
    context = {
        "link": link,
        "kind": AnswerKind(link.kind),
        "card": suggestion_about(link.organisation, link.other),
        "answer": answer,
        "is_used": is_used,
        "said_here": is_used and answer is not None and link.may_have_said(answer),
        "introduction": between(link.organisation, link.other),
        "reasons": DeclineReason.choices,
        "refusal": refusal,
    }
    return render(request, f"{FOLDER}/link.html", context, status=status)


def _dead(
    request: HttpRequest, why: str, *, status: int, link: AnswerLink | None = None
) -> HttpResponse:
    context = {"why": why, "link": link}
    return render(request, f"{FOLDER}/link_dead.html", context, status=status)
