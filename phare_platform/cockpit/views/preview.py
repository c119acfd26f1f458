"""Any mail for any organisation, as it would leave now; and a test of it to oneself."""

from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.organisations.access import get_organisation
from partnerships.organisations.queries.finding import find_organisations
from phare_platform.accounts.http import UserRequest
from phare_platform.cockpit import services
from phare_platform.cockpit.access import can_act_on_mail
from phare_platform.cockpit.emails import SAMPLES, compose, harmless
from phare_platform.cockpit.forms import PreviewForm, TestForm
from phare_platform.cockpit.views.guard import for_the_team, for_those_who_act
from phare_platform.lib.errors import Refusal
from phare_platform.outbox.frames import framed, sandboxed

FIRST = next(iter(SAMPLES))


@csp_update({"frame-src": [SELF]})
@require_safe
@for_the_team
def preview(request: UserRequest) -> HttpResponse:
    """Choose an organisation, a mail and a language; read what would leave now."""
    start = {"mail": FIRST, "language": request.user.language}
    form = PreviewForm({**start, **request.GET.dict()})
    context: dict[str, Any] = {"form": form, "can_act": can_act_on_mail(request.user)}
    if form.is_valid():
        context |= _found(request, form) or _shown(request, form)
    return render(request, "cockpit/preview.html", context)


@sandboxed
@require_safe
@for_the_team
def preview_html(request: UserRequest, pk: int, language: str, template: str) -> HttpResponse:
    """The HTML part alone, for its frame; its links lead to the page that says it was a test."""
    organisation = get_organisation(request.user, pk)
    if template not in SAMPLES or language not in dict(settings.LANGUAGES):
        raise Http404
    letter, _nobody = compose(SAMPLES[template], language=language, organisation=organisation)
    if letter is None:
        raise Http404
    return framed(harmless(letter.rendered).html)


@require_POST
@for_those_who_act
def send_test(request: UserRequest) -> HttpResponse:
    """Send what is previewed to the signed-in person, and to nobody else."""
    form = TestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose an organisation, a message and a language first."))
        return redirect("cockpit:preview")
    chosen = form.cleaned_data
    organisation = get_organisation(request.user, chosen["organisation"])
    sample = SAMPLES[chosen["mail"]]
    letter, _nobody = compose(sample, language=chosen["language"], organisation=organisation)
    try:
        if letter is None:
            raise Refusal(_("The platform would write this message to nobody."))
        services.send_test(letter, to=request.user, template=sample.template)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("The test is on its way to %(address)s. Its links do nothing.")
        messages.success(request, told % {"address": request.user.email})
    return redirect(f"{reverse('cockpit:preview')}?{urlencode(chosen)}")


@login_not_required
@require_safe
def a_test(request: HttpRequest) -> HttpResponse:
    """Where every link of a test leads."""
    return render(request, "cockpit/a_test.html")


def _found(request: UserRequest, form: PreviewForm) -> dict[str, Any]:
    """The organisations that the words may mean; nothing once one of them is chosen."""
    chosen, words = form.cleaned_data["organisation"], form.cleaned_data["q"].strip()
    if not words:
        return {} if chosen else {"asks": True}
    if chosen and get_organisation(request.user, chosen).name == words:
        return {}
    found = [wish.organisation for wish in find_organisations(words, by=request.user)]
    return {
        "found": [
            (one, urlencode({"organisation": one.pk, "q": one.name, **form.choice()}))
            for one in found
        ],
        "words": words,
    }


def _shown(request: UserRequest, form: PreviewForm) -> dict[str, Any]:
    """The letter for the chosen organisation."""
    chosen = form.cleaned_data
    organisation = get_organisation(request.user, chosen["organisation"])
    form.data = {**form.data, "q": organisation.name}
    sample = SAMPLES[chosen["mail"]]
    letter, is_empty = compose(sample, language=chosen["language"], organisation=organisation)
    return {
        "organisation": organisation,
        "sample": sample,
        "letter": letter,
        "rendered": harmless(letter.rendered) if letter else None,
        "is_empty": is_empty,
        "widths": (600, 360),
    }
