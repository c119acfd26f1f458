"""From what a page knows (codes, objects, values) to a drawn rose with its words, and its table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from phare_platform.lib import formats, rose
from phare_platform.lib.domains import FACES, Face, face_of

Series = Mapping[object, float | None] | Sequence[float | None]
SHOWN_HIGHEST = 3


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a value from 0 to 1 is told: times `size`, "80 out of 100" or "level 2 out of 3"."""

    size: int = 100

    def number(self, value: float | None) -> str:
        """The value on this scale, or a dash when it is not known."""
        if value is None:
            return formats.ABSENT
        return formats.decimal(value * self.size, language=get_language() or "fr")

    def told(self, value: float | None) -> str:
        """The value in words, for captions and descriptions."""
        if value is None:
            return _("not known")
        words = {"value": self.number(value), "size": self.size}
        return _("%(value)s out of %(size)s") % words


@dataclass(frozen=True)
class Row:
    """One line of the table that goes with a rose."""

    face: Face
    fill: str
    line: str
    known: bool
    meets: bool


def series(source: Series, *, absent: float | None = None) -> tuple[float | None, ...]:
    """Sixteen values in the order of the rose, from a list of sixteen or from a mapping.

    A mapping is keyed by domain (see `face_of`); domains it leaves out get `absent`.
    """
    if not isinstance(source, Mapping):
        return tuple(source)
    known = {face_of(domain).code: value for domain, value in source.items()}
    return tuple(known.get(code, absent) for code in rose.CODES)


def places(domains: Collection[object]) -> frozenset[int]:
    """The positions, 0 to 15, of domains given in any way `face_of` knows."""
    return frozenset(rose.CODES.index(face_of(domain).code) for domain in domains)


def describe(values: Sequence[float | None], scale: Scale) -> str:
    """The drawing in a sentence: the highest rays, and how many are not known."""
    faces = list(FACES.values())
    known = [(value, -place) for place, value in enumerate(values) if value]
    highest = [
        f"{faces[-place].label} ({scale.number(value)})"
        for value, place in sorted(known, reverse=True)[:SHOWN_HIGHEST]
    ]
    unknown = sum(value is None for value in values)
    parts = []
    if highest:
        parts.append(_("Highest: %(domains)s.") % {"domains": ", ".join(highest)})
    if unknown:
        text = ngettext("%(n)d domain not known.", "%(n)d domains not known.", unknown)
        parts.append(text % {"n": unknown})
    return " ".join(parts)


def render(
    drawn: rose.Rose, *, title: str, size: str, scale: Scale, labels: bool, literal: bool
) -> SafeString:
    """The SVG of a rose; a large one comes with the medium one that replaces it when narrow."""
    faces = list(FACES.values())
    words = rose.Words(
        title=title,
        description=describe(drawn.fill, scale),
        captions=[
            _("%(label)s: %(value)s") % {"label": face.label, "value": scale.told(value)}
            for face, value in zip(faces, drawn.fill, strict=True)
        ],
        labels=[str(face.short) for face in faces],
    )
    if size != "large" or literal:
        sprite = "" if literal or not labels else static("phare/icons.svg")
        return _safe(rose.draw(drawn, words, size=size, literal=literal, sprite=sprite))
    if not labels:
        return _safe(rose.draw(drawn, words, size="medium"))
    wide = rose.draw(drawn, words, size="large")
    sprite = static("phare/icons.svg")
    narrow = rose.draw(drawn, words, size="medium", sprite=sprite, css="rose rose-narrow")
    return _safe(f'<div class="rose-box">{wide}{narrow}</div>')


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 -- lib.rose escapes every word it is given


def rows(drawn: rose.Rose, scale: Scale) -> list[Row]:
    """The same values as a table, in the order of the rose."""
    line = drawn.line or [None] * len(rose.CODES)
    return [
        Row(
            face,
            scale.number(fill),
            scale.number(line[place]),
            fill is not None,
            place in drawn.meet,
        )
        for place, (face, fill) in enumerate(zip(FACES.values(), drawn.fill, strict=True))
    ]
