"""Pages that show both floors, or none."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from partnerships.organisations.access import current_organisation
from phare_platform.accounts import services as accounts
from phare_platform.accounts.http import UserRequest
from phare_platform.pages.portrait import portrait_of
from territories.perceptions.models import Figure
from territories.places.models import Place

# The territory whose rose the home page shows (Grand Poitiers, also the demonstration's).
SHOWN_TERRITORY = ("intermunicipality", "200069854")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What PHARE is, in ten seconds: the national figures and a territory to look at."""
    level, code = SHOWN_TERRITORY
    place = Place.objects.filter(level=level, code=code).first()
    context = {
        "figures": Figure.objects.filter(headline__isnull=False).order_by("headline"),
        "portrait": portrait_of(place) if place else None,
    }
    return render(request, "pages/home.html", context)


@require_safe
def start(request: UserRequest) -> HttpResponse:
    """Where a signed-in person begins: the desk, the suggestions, or a first organisation."""
    if current_organisation(request):
        return redirect("partnerships:suggestions")
    if request.user.is_facilitator:
        return redirect("partnerships:desk")
    if request.user.is_staff:
        return redirect("admin:index")
    return redirect("partnerships:organisation_new")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language and go back to the page."""
    language = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("home")
    response = redirect(back)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            accounts.set_language(request.user, language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 86400,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
            httponly=True,
        )
    return response


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """That the web process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes this site."""
    return render(request, "pages/legal.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What PHARE keeps about people, why and how long."""
    return render(request, "pages/privacy.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible PHARE is, and whom to tell."""
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def rose(request: HttpRequest) -> HttpResponse:
    """How to read the rose."""
    example = [0.9, 0.5, 0.6, 0.7, 1, 0.8, 0.3, 0.2, None, 0.5, 0.7, 0.6, 0.4, 0.3, 0.5, 0.6]
    strokes = [0.6, None, 0.8, None, 0.7, 1, None, None, None, 0.4, 0.9, None, 0.5, None, None, 0.3]
    return render(request, "pages/rose.html", {"example": example, "example_line": strokes})


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that does not exist, or not for this person."""
    return render(request, "404.html", status=404)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its proof: say so and offer to go back."""
    return render(request, "403_csrf.html", status=403)
