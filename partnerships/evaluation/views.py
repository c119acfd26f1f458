"""The pages of an evaluation: who has answered, the questionnaire, the results."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.evaluation import access, queries, services
from partnerships.evaluation.forms import AnswersForm
from partnerships.evaluation.models import Evaluation
from partnerships.lifecycle.access import can_edit
from partnerships.organisations.models import Organisation
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Refusal
from phare_platform.lib.exports import csv_response

PAGES = "partnerships/evaluation"
SEND = "send"


@require_safe
def show(request: UserRequest, pk: int) -> HttpResponse:
    """The results once every partner has answered; until then, who has."""
    evaluation = access.get_evaluation(request.user, pk)
    context: dict[str, Any] = {"evaluation": evaluation, "partnership": evaluation.partnership}
    results = queries.results_of(evaluation)
    if results is None:
        context["answerers"] = queries.answerers_of(evaluation)
        context["mine"] = list(access.answering(request.user, evaluation))
        return render(request, f"{PAGES}/waiting.html", context)
    context["results"] = results
    context["can_edit"] = can_edit(request.user, evaluation.partnership)
    return render(request, f"{PAGES}/results.html", context)


@require_safe
def export(request: UserRequest, pk: int) -> HttpResponseBase:
    """The results as a file."""
    evaluation = access.get_evaluation(request.user, pk)
    results = queries.results_of(evaluation)
    if results is None:
        raise Http404
    name = f"evaluation-{evaluation.partnership_id}"
    return csv_response(name, queries.export_header(), queries.export_rows(results))


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: UserRequest, pk: int) -> HttpResponse:
    """The questionnaire of one partner: saved as a draft as often as one likes, then sent."""
    evaluation = access.get_evaluation(request.user, pk)
    if not access.is_open(evaluation):
        messages.info(request, _("This evaluation is over: nothing is left to answer."))
        return redirect("partnerships:evaluation", pk)
    organisation = access.get_answering(request.user, evaluation, _asked(request))
    if queries.has_answered(evaluation, organisation):
        messages.info(request, _("These answers are sent: they can no longer be changed."))
        return redirect("partnerships:evaluation", pk)
    sending = request.POST.get("deed") == SEND
    form = _form(request, evaluation, organisation, final=sending or request.method != "POST")
    if request.method == "POST" and form.is_valid():
        return _keep(request, evaluation, organisation, form, sending=sending)
    context = {
        "evaluation": evaluation,
        "partnership": evaluation.partnership,
        "organisation": organisation,
        "others": access.answering(request.user, evaluation).exclude(pk=organisation.pk),
        "form": form,
    }
    return render(request, f"{PAGES}/answer.html", context)


def _keep(
    request: UserRequest,
    evaluation: Evaluation,
    organisation: Organisation,
    form: AnswersForm,
    *,
    sending: bool,
) -> HttpResponse:
    service = services.submit_answers if sending else services.save_answers
    try:
        service(evaluation, organisation=organisation, answers=form.answers(), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:evaluation", evaluation.partnership_id)
    if sending:
        messages.success(request, _("Your answers are sent. Thank you."))
        return redirect("partnerships:evaluation", evaluation.partnership_id)
    messages.success(request, _("Your draft is saved. Nobody else sees it."))
    return redirect(f"{request.path}?organisation={organisation.pk}")


def _asked(request: UserRequest) -> int | None:
    values = request.POST if request.method == "POST" else request.GET
    key = values.get("organisation", "")
    return int(key) if key.isdecimal() and len(key) < 10 else None


def _form(
    request: UserRequest, evaluation: Evaluation, organisation: Organisation, *, final: bool
) -> AnswersForm:
    given = queries.given_in(evaluation, organisation) or queries.start_for(
        evaluation.partnership, organisation, now=timezone.now()
    )
    return AnswersForm(
        request.POST or None, blocks=queries.questionnaire(), given=given, final=final
    )
