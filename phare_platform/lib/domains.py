"""How each of the sixteen domains and four axes is named and drawn, in both languages.

What a domain *is* belongs to the ground floor; here is only its face, which every floor shows.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from phare_platform.lib.rose import AXIS_OF, CODES

Text = str | Promise


@dataclass(frozen=True)
class Face:
    """A domain as a reader meets it. `short` may hold one "|", where it breaks on a drawing."""

    code: str
    axis: str
    label: Text
    short: Text


AXIS_LABELS: dict[str, Text] = {
    "economic": _("Economic"),
    "social": _("Social"),
    "societal": _("Societal"),
    "environmental": _("Environmental"),
}

_NAMES: tuple[tuple[Text, Text], ...] = (
    (
        _("Employment, unemployment, integration"),
        pgettext_lazy("domain, short", "Employment,|integration"),
    ),
    (_("Economic development"), pgettext_lazy("domain, short", "Economic|development")),
    (_("Living standards, purchasing power"), pgettext_lazy("domain, short", "Living|standards")),
    (_("Poverty, exclusion"), pgettext_lazy("domain, short", "Poverty,|exclusion")),
    (_("Isolation, social link"), pgettext_lazy("domain, short", "Isolation,|social link")),
    (_("Ageing, links between generations"), pgettext_lazy("domain, short", "Ageing")),
    (_("Poor housing"), pgettext_lazy("domain, short", "Poor housing")),
    (_("Diversity, disability"), pgettext_lazy("domain, short", "Diversity,|disability")),
    (_("Safety, crime"), pgettext_lazy("domain, short", "Safety")),
    (_("Education"), pgettext_lazy("domain, short", "Education")),
    (_("Mobility, transport"), pgettext_lazy("domain, short", "Mobility")),
    (_("Health"), pgettext_lazy("domain, short", "Health")),
    (_("Digital access"), pgettext_lazy("domain, short", "Digital|access")),
    (_("Culture, leisure"), pgettext_lazy("domain, short", "Culture,|leisure")),
    (
        _("Environment, pollution, biodiversity"),
        pgettext_lazy("domain, short", "Environment"),
    ),
    (_("Energy transition"), pgettext_lazy("domain, short", "Energy|transition")),
)

FACES: dict[str, Face] = {
    code: Face(code, axis, label, short)
    for code, axis, (label, short) in zip(CODES, AXIS_OF, _NAMES, strict=True)
}


def face_of(domain: object) -> Face:
    """The face of a domain given as "D05", as 5, or as anything with such an `identifier`.

    Raises KeyError for what is not one of the sixteen.
    """
    key = getattr(domain, "identifier", domain)
    return FACES[f"D{key:02}" if isinstance(key, int) else str(key)]
