"""One page for everything that PHARE may write to somebody: signed in, or by a link in a message.

A GET changes nothing. The link opens no session; it expires, and dies with the account.
"""

from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partnerships.organisations import services
from partnerships.organisations.access import ROLES_TO
from partnerships.organisations.enums import Status
from partnerships.organisations.forms import NotificationsForm
from partnerships.organisations.models import Membership
from partnerships.organisations.rules import PAUSE_DIGESTS
from phare_platform.accounts.http import UserRequest
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal
from phare_platform.lib.formats import day
from phare_platform.lib.http import keep_private
from phare_platform.lib.signing import UNSUBSCRIBE_DAYS, LinkExpired, LinkInvalid, read_token
from phare_platform.outbox import events
from phare_platform.outbox.budget import budget_of
from phare_platform.outbox.services import PREFERENCES

FOLDER = "partnerships/organisations"
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def notifications(request: UserRequest) -> HttpResponse:
    """All choices of the signed-in person."""
    return _page(request, request.user, template="notifications.html")


# Exempt from the session's proof of origin, as the other pages behind a signed link: see
# `partnerships.matching.views.links`.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(METHODS)
def notifications_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same for whom a link in a message was made, in that person's language."""
    try:
        wish = read_token(PREFERENCES, token, days=UNSUBSCRIBE_DAYS)
        person = User.objects.filter(pk=wish["user"], is_active=True).first()
    except LinkExpired:
        return keep_private(_dead(request, status=410))
    except LinkInvalid:
        return keep_private(_dead(request, status=404))
    if person is None:
        return keep_private(_dead(request, status=404))
    with translation.override(person.language):
        response = _page(request, person, template="notifications_link.html")
        response.headers["Content-Language"] = person.language
    return keep_private(response)


def _page(request: HttpRequest, person: User, *, template: str) -> HttpResponse:
    by_link = template == "notifications_link.html"
    memberships = list(
        Membership.objects.filter(user=person, role__in=ROLES_TO["edit"])
        .exclude(organisation__status=Status.CLOSED)
        .select_related("organisation", "user")
        .order_by("organisation__name", "pk")
    )
    form = NotificationsForm(person=person, memberships=memberships)
    kept, refusal = "", ""
    if request.method == "POST":
        via = "mail" if by_link else "page"
        pausing = _named(memberships, request.POST.get("pause"))
        try:
            if "works_again" in request.POST:
                events.lift(person.email, by=person, reasons=events.LIFTED_BY_THE_PERSON)
                kept = _("Messages are sent to your address again.")
            elif pausing is not None:
                until = _in_a_month()
                services.pause_digests(pausing, until=until, via=via)
                told = {
                    "name": pausing.organisation.name,
                    "day": day(until, language=get_language() or "fr"),
                }
                kept = _("Suggestions for %(name)s are paused: none before %(day)s.") % told
            else:
                form = NotificationsForm(request.POST, person=person, memberships=memberships)
                if form.is_valid():
                    _keep(person, form, via)
                    kept = _("Your choice is kept. It holds from the next message on.")
        except Refusal as refused:
            refusal = str(refused)
        if kept:
            if not by_link:
                messages.success(request, kept)
                return redirect("mail_preferences")
            form = NotificationsForm(person=person, memberships=memberships)
    context = {
        "form": form,
        "person": person,
        "budget": budget_of(person),
        "suppression": events.suppression_of(person.email),
        "pausing": None if kept else _named(memberships, request.GET.get("pause")),
        "pause_until": _in_a_month(),
        "kept": kept,
        "refusal": refusal,
    }
    status = 400 if refusal or form.errors else 200
    return render(request, f"{FOLDER}/{template}", context, status=status)


def _keep(person: User, form: NotificationsForm, via: str) -> None:
    services.choose_notifications(
        person,
        kinds=form.cleaned_data["kinds"],
        time_zone=form.cleaned_data["time_zone"],
        digests=form.choices(),
        via=via,
    )


def _named(memberships: list[Membership], organisation_pk: str | None) -> Membership | None:
    """The membership of this organisation, given as it stands in an address."""
    return next((one for one in memberships if str(one.organisation_id) == organisation_pk), None)


def _in_a_month() -> date:
    return timezone.localdate() + timedelta(days=PAUSE_DIGESTS)


def _dead(request: HttpRequest, *, status: int) -> HttpResponse:
    refusal = (
        _("This link is more than a year old.")
        if status == 410
        else _("This link is incomplete or altered.")
    )
    return render(request, "outbox/unsubscribe.html", {"refusal": refusal}, status=status)
