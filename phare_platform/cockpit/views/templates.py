"""Every mail of the platform with sample data, in both languages: a development tool."""

from typing import Any, NamedTuple

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from phare_platform.cockpit.emails import GROUPS, SAMPLES, compose
from phare_platform.outbox.composing import Letter, Sample
from phare_platform.outbox.dev_views import only_in_development
from phare_platform.outbox.frames import framed, sandboxed

WIDTHS = (600, 360)


class Shown(NamedTuple):
    """One mail of the list, and its letter in each language."""

    sample: Sample
    letters: list[tuple[str, Letter]]


@csp_update({"frame-src": [SELF]})
@only_in_development
def templates(request: HttpRequest) -> HttpResponse:
    """Every mail: its subject in both languages; unfolded, its text and its HTML part."""
    groups: list[tuple[str | Promise, list[Shown]]] = [
        (label, [Shown(sample, _in_all_languages(sample)) for sample in samples])
        for label, samples in GROUPS
    ]
    context: dict[str, Any] = {"groups": groups, "widths": WIDTHS, "count": len(SAMPLES)}
    return render(request, "cockpit/templates.html", context)


@sandboxed
@only_in_development
def template_html(request: HttpRequest, language: str, template: str) -> HttpResponse:
    """The HTML part of one mail alone, for its frame."""
    if template not in SAMPLES or language not in dict(settings.LANGUAGES):
        raise Http404
    letter, _nobody = compose(SAMPLES[template], language=language)
    if letter is None:
        raise Http404
    return framed(letter.rendered.html)


def _in_all_languages(sample: Sample) -> list[tuple[str, Letter]]:
    found = []
    for language, _label in settings.LANGUAGES:
        letter, _nobody = compose(sample, language=language)
        if letter is not None:
            found.append((language, letter))
    return found
