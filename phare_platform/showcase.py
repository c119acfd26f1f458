"""Every component with sample data, on one page: a development tool, absent in production."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phare_platform.lib.domains import FACES
from territories.perceptions.models import Figure

MEASURED = (62, 48, 55, 70, 66, 80, 42, 35, 30, 50, 74, 60, 58, None, 0, 52)
PERCEIVED = (90, 60, 72, 60, 50, 45, 30, 20, 55, 50, 62, 70, 25, 30, 55, None)
THEIRS = {"D11": 1.0, "D15": 1 / 3, "D05": 2 / 3}
OURS = {"D05": 1.0, "D11": 2 / 3, "D06": 2 / 3}
ACTORS = (14, 22, 6, 31, 18, 1, 2, 7, 3, 26, 1, 12, 5, 19, 9, 2)


def ratios(values: tuple[int | None, ...]) -> list[float | None]:
    """Sample values from 0 to 100 as the rose takes them."""
    return [None if value is None else value / 100 for value in values]


class SampleForm(forms.Form):
    """One field of each kind that the pages use."""

    name = forms.CharField(label="Nom", help_text="Tel qu’il figure dans vos statuts.")
    summary = forms.CharField(
        label="En une phrase", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    kind = forms.ChoiceField(label="Type", choices=[("a", "Association"), ("c", "Entreprise")])
    level = forms.ChoiceField(
        label="Engagement", choices=[("1", "1"), ("2", "2"), ("3", "3")], widget=forms.RadioSelect
    )
    domains = forms.MultipleChoiceField(
        label="Fragilités", choices=(), widget=forms.CheckboxSelectMultiple
    )
    founded_on = forms.DateField(
        label="Depuis le", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    statutes = forms.FileField(label="Statuts", required=False)
    agreed = forms.BooleanField(label="J’ai lu la charte")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill the choices in the reader's language."""
        super().__init__(*args, **kwargs)
        faces = [(face.code, face.label) for face in FACES.values()]
        self.fields["domains"].choices = faces  # type: ignore[attr-defined]


class SampleFilters(forms.Form):
    """What a list is refined by."""

    with_kinds = forms.MultipleChoiceField(
        label="Avec",
        choices=[("a", "Associations"), ("c", "Entreprises"), ("m", "Communes")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    within = forms.ChoiceField(
        label="Jusqu’à",
        choices=[("e", "l’intercommunalité"), ("d", "le département"), ("r", "la région")],
        widget=forms.RadioSelect,
        required=False,
    )


def samples(request: HttpRequest) -> dict[str, Any]:
    """Everything the page shows."""
    measured = ratios(MEASURED)
    page = Paginator(range(187), 20).get_page(request.GET.get("page", 3))
    return {
        "figures": Figure.objects.filter(headline__isnull=False).order_by("headline"),
        "measured": measured,
        "perceived": ratios(PERCEIVED),
        "theirs": THEIRS,
        "ours": OURS,
        "meet": ["D11", "D05"],
        "faces": list(FACES.values()),
        "page": page,
        "form": SampleForm(),
        "filters": SampleFilters(),
        "wrong": SampleForm({"name": "", "level": "9"}, prefix="wrong"),
        "points": [
            (_("Complementary fragilities"), 2500, 3000, "societal"),
            (_("Shared fragilities"), 1100, 2000, "social"),
            (_("Resources"), None, 2000, ""),
            (_("Proximity"), 1800, 2000, ""),
        ],
        "heat": [
            (face, value, actors)
            for face, value, actors in zip(FACES.values(), MEASURED, ACTORS, strict=True)
        ],
        "crumbs": [("France", "/"), ("Vienne", "/"), ("Grand Poitiers", "")],
        "actions": [("PDF", "#", "", "download"), (_("Compare"), "#", "btn-primary", "")],
    }


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component of the kit, on one page."""
    return render(request, "pages/components.html", samples(request))
