"""The first page of a new person: find the organisation and ask to join it, or create it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partnerships.organisations import access, queries, services
from partnerships.organisations.forms import FindForm, JoinForm, NewOrganisationForm
from partnerships.organisations.rules import Identifiers
from phare_platform.accounts.http import UserRequest
from phare_platform.lib.errors import Conflict, Refusal

PAGE = "partnerships/organisations/new.html"
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Type a name or a number: join what is found, or create what is not."""
    if request.method == "POST":
        return _create(request)
    find = FindForm(request.GET if "q" in request.GET else None)
    context: dict[str, object] = {"find": find, "waiting": queries.wishes_of(request.user)}
    if find.is_bound and find.is_valid():
        context |= {
            "found": queries.find_organisations(find.cleaned_data["q"], by=request.user),
            "form": NewOrganisationForm(initial=find.initial_for_new()),
        }
    status = UNPROCESSABLE if find.is_bound and find.errors else 200
    return render(request, PAGE, context, status=status)


def _create(request: UserRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST)
    context: dict[str, object] = {"find": FindForm(), "form": form}
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            organisation = services.create_organisation(by=request.user, **form.cleaned_data)
        except Conflict as conflict:
            status = conflict.status
            form.add_error(None, str(conflict))
            if conflict.code == "organisation_alike":
                form.offer_distinct()
            context |= {"found": _alike(request, form), "conflict": conflict}
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            access.choose_organisation(request, organisation)
            messages.success(
                request,
                _("%(name)s is on PHARE. Now say which fragilities matter to you.")
                % {"name": organisation.name},
            )
            return redirect("partnerships:organisation_declare", organisation.pk)
    return render(request, PAGE, context, status=status)


def _alike(request: UserRequest, form: NewOrganisationForm) -> list[queries.JoinWish]:
    data = form.cleaned_data
    numbers = Identifiers(siren=data["siren"], siret=data["siret"], rna=data["rna"])
    return queries.find_alike(data["name"], home=data["home"], identifiers=numbers, by=request.user)


@require_POST
def join(request: UserRequest, pk: int) -> HttpResponse:
    """Ask the owners of an organisation to be let in."""
    organisation = access.get_organisation(request.user, pk)
    form = JoinForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["message"][0]))
        return redirect(organisation)
    try:
        services.ask_to_join(organisation, by=request.user, message=form.cleaned_data["message"])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("Your request is sent. You will be told by e-mail when it is answered.")
        )
    return redirect(organisation)
