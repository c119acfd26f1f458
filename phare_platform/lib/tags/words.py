"""Tags: icons, badges, tags of domains, meters, form fields."""

from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from phare_platform.lib import formats
from phare_platform.lib.domains import AXIS_LABELS, face_of

register = template.Library()

HEAT_LEVELS = 5
BADGES = {"good", "warn", "bad", "info", "neutral"}
SILENT = mark_safe('aria-hidden="true"')


def _told(label: str) -> SafeString:
    """What a drawing says to those who do not see it: its label, or nothing at all."""
    return format_html('role="img" aria-label="{}"', label) if label else SILENT


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite; silent for a screen reader unless it has a `label`."""
    return format_html(
        '<svg class="{}" {} focusable="false"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        _told(label),
        static("phare/icons.svg"),
        name,
    )


@register.simple_tag
def badge(text: str, kind: str = "neutral", icon_name: str = "") -> SafeString:
    """A short state in words on a tinted ground: kind is good, warn, bad, info or neutral."""
    if kind not in BADGES:
        raise template.TemplateSyntaxError(f"badge: {kind!r} is not one of {sorted(BADGES)}")
    drawing = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge badge-{}">{}{}</span>', kind, drawing, text)


@register.simple_tag
def domain_tag(domain: object, *, url: str = "", note: str = "", short: bool = False) -> SafeString:
    """A domain as a tag with its icon, the colour of its axis and its name; a link with `url`.

    `short` writes the name of the rose, for tables and cards; `note` adds a word, such as a level.
    """
    face = face_of(domain)
    name = str(face.short).replace("|", " ") if short else str(face.label)
    label = f"{name} · {note}" if note else name
    inside = format_html("{}<span>{}</span>", icon(face.code), label)
    if url:
        return format_html('<a class="tag axis-{}" href="{}">{}</a>', face.axis, url, inside)
    return format_html('<span class="tag axis-{}">{}</span>', face.axis, inside)


@register.simple_tag
def axis_tag(axis: str) -> SafeString:
    """An axis as a tag: economic, social, societal or environmental."""
    return format_html(
        '<span class="tag axis-{}">{}<span>{}</span></span>', axis, icon(axis), AXIS_LABELS[axis]
    )


@register.simple_tag
def meter(value: float | None, maximum: float = 100, axis: str = "", label: str = "") -> SafeString:
    """A bar from 0 to `maximum`. Write the number beside it, or give it a `label`."""
    share_of = (
        0.0 if not value or not maximum else min(1.0, max(0.0, float(value) / float(maximum)))
    )
    return format_html(
        '<svg class="{}" height="10" {} focusable="false">'
        '<rect class="meter-track" width="100%" height="100%" rx="5"></rect>'
        '<rect class="meter-fill" width="{}%" height="100%" rx="5"></rect></svg>',
        f"meter axis-{axis}" if axis else "meter",
        _told(label),
        f"{share_of * 100:.1f}",
    )


@register.inclusion_tag("components/points_row.html")
def points_row(
    label: str, points: float | None, maximum: float, axis: str = "", note: str = ""
) -> dict[str, Any]:
    """A line of a points table: what, a bar, the number with its maximum; None is "not known"."""
    return {"label": label, "points": points, "maximum": maximum, "axis": axis, "note": note}


@register.simple_tag
def heat_cell(value: float | None, maximum: float, kind: str = "active") -> SafeString:
    """The inside of a cell of a heat table; kind is fragile (red) or active (blue)."""
    if value is None:
        words = _("not known")
        return format_html('<span class="heat-cell heat-unknown" title="{}">–</span>', words)
    ratio = min(1.0, max(0.0, value / maximum)) if maximum else 0.0
    level = min(HEAT_LEVELS, int(ratio * (HEAT_LEVELS + 1)))
    number = formats.decimal(value, language=get_language() or "fr")
    return format_html('<span class="heat-cell heat-{}-{}">{}</span>', kind, level, number)


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """A form field with its label, help and errors tied to it."""
    return bound.as_field_group()
