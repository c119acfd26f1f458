"""Messages in trouble: look, then send again or let go, one or several."""

from collections import Counter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from phare_platform.accounts.http import UserRequest
from phare_platform.cockpit import services
from phare_platform.cockpit.access import can_act_on_mail
from phare_platform.cockpit.filters import TroubleFilter
from phare_platform.cockpit.queries.trouble import chosen, meaning_of, troubled
from phare_platform.cockpit.views.guard import for_the_team, for_those_who_act
from phare_platform.lib.paging import paginate
from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message

SHOWN_AT_MOST = 10_000
DEEDS = ("send_again", "let_go")


@require_safe
@for_the_team
def trouble(request: UserRequest) -> HttpResponse:
    """The messages that need a person, and why each does."""
    form = TroubleFilter(request.GET)
    narrowed = form.cleaned_data if form.is_valid() else {}
    found = troubled(
        status=narrowed.get("status", ""),
        kind=narrowed.get("kind", ""),
        words=narrowed.get("q", "").strip(),
    )
    page = paginate(request, found, at_most=SHOWN_AT_MOST)
    context = {
        "form": form,
        "page": page,
        "rows": [(message, meaning_of(message.status)) for message in page],
        "can_act": can_act_on_mail(request.user),
    }
    return render(request, "cockpit/trouble.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_act
def decide(request: UserRequest) -> HttpResponse:
    """What the deed will do to the chosen messages; on POST, do it."""
    asked = request.POST if request.method == "POST" else request.GET
    deed = asked.get("deed", "")
    found = chosen(asked.getlist("message"))
    if deed not in DEEDS or not found:
        messages.error(request, _("Tick at least one message that is still in trouble."))
        return redirect("cockpit:trouble")
    if request.method != "POST":
        return render(request, "cockpit/decide.html", _consequences(deed, found))
    pks = [message.pk for message in found]
    if deed == "send_again":
        n = services.send_again(pks, by=request.user)
        told = ngettext(
            "%(n)d message will be sent again.", "%(n)d messages will be sent again.", n
        )
    else:
        n = services.let_go(pks, by=request.user)
        told = ngettext("%(n)d message is let go.", "%(n)d messages are let go.", n)
    messages.success(request, told % {"n": n})
    return redirect("cockpit:trouble")


def _consequences(deed: str, found: list[Message]) -> dict[str, object]:
    states = Counter(message.status for message in found)
    return {
        "deed": deed,
        "chosen": found,
        "doubtful": states[MessageStatus.IN_DOUBT],
        "refused": states[MessageStatus.FAILED],
    }
