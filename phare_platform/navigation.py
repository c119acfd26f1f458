"""What every page's header and footer need."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.conversations.queries import unread_count
from partnerships.organisations.access import current_organisation, organisations_of
from partnerships.organisations.models import Organisation
from partnerships.reminders.queries import Line, waiting_for

Link = tuple[str, str, bool]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The links for this person, (label, address, is it here), and in whose name they act."""
    user = getattr(request, "user", None)
    organisation = None
    if user is not None and user.is_authenticated:
        organisation = current_organisation(request)
    return {
        "navigation": _mark(request, _main(user, organisation)),
        "account_navigation": _mark(request, _account(organisation)) if organisation else [],
        "organisation_menu": _menu(request, organisation) if organisation else {},
        "current_organisation": organisation,
        "what_waits": partial(_waits, organisation),  # asked for by the pages that show it
        "dev_tools": settings.DEV_TOOLS,
    }


def _main(user: Any, organisation: Organisation | None) -> list[tuple[str, str]]:
    links = []
    if organisation:
        links += [
            (_("Suggestions"), "partnerships:suggestions"),
            (_("Introductions"), "partnerships:introductions"),
            (_conversations(organisation), "partnerships:conversations"),
        ]
    if user is not None and user.is_authenticated:
        if user.is_facilitator:
            links.append((_("My desk"), "partnerships:desk"))
        if user.is_facilitator or user.is_staff:
            links.append((_("Without suggestion"), "partnerships:unmatched"))
        links += [
            (_("Partnerships"), "partnerships:partnership_index"),
            (_("Organisations"), "partnerships:organisation_index"),
        ]
    links.append((_("Territories"), "territories:index"))
    if user is not None and user.is_authenticated and user.is_staff:
        links.append((_("Team"), "admin:index"))
    return [(label, reverse(name)) for label, name in links]


def _conversations(organisation: Organisation) -> str:
    """The word for the link, with how many messages wait to be read."""
    waiting = unread_count(organisation)
    return _("Messages (%(n)d)") % {"n": waiting} if waiting else _("Messages")


def _account(organisation: Organisation) -> list[tuple[str, str]]:
    return [
        (_("Our profile"), organisation.get_absolute_url()),
        (
            _("What we declare"),
            reverse("partnerships:organisation_declare", args=[organisation.pk]),
        ),
        (_("Members"), reverse("partnerships:organisation_members", args=[organisation.pk])),
    ]


def _waits(organisation: Organisation | None) -> list[Line]:
    return waiting_for(organisation, now=timezone.now()) if organisation else []


def _menu(request: HttpRequest, organisation: Organisation) -> dict[str, Any]:
    others = organisations_of(request.user).exclude(pk=organisation.pk).order_by("name_key")
    return {
        "name": organisation.name,
        "kind": organisation.get_type_display(),
        "others": list(others.values_list("pk", "name")[:20]),
        "switch_url": reverse("partnerships:organisation_choose"),
    }


def _mark(request: HttpRequest, links: list[tuple[str, str]]) -> list[Link]:
    here = max((url for _label, url in links if request.path.startswith(url)), key=len, default="")
    return [(label, url, url == here) for label, url in links]
