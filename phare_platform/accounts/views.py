"""The pages of one's own account that allauth does not have."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phare_platform.accounts import services
from phare_platform.accounts.forms import ProfileForm, TokenForm
from phare_platform.accounts.http import UserRequest
from phare_platform.accounts.queries import tokens_of
from phare_platform.lib.errors import Refusal
from phare_platform.lib.idempotency import shown_once


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Everything about one's own account, from here."""
    return render(request, "accounts/account.html")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Name and language."""
    # A form that is refused changes its object, which would then show in the page's header.
    form = ProfileForm(request.POST or None, instance=request.user.__class__(pk=request.user.pk))
    if request.method == "GET":
        form = ProfileForm(instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.edit_profile(request.user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: UserRequest) -> HttpResponse:
    """One's API tokens; POST makes one and shows its secret, this once."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = services.create_token(request.user, days=form.cleaned_data["days"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "secret": secret, "tokens": tokens_of(request.user)}
    response = render(request, "accounts/tokens.html", context)
    return shown_once(response) if secret else response


@require_POST
def token_revoke(request: UserRequest, key: str) -> HttpResponse:
    """End one of one's tokens at once."""
    if not services.revoke_token(request.user, key=key):
        raise Http404
    messages.success(request, _("The token is revoked: it opens nothing any more."))
    return redirect("tokens")
