"""Tags: the rose, its table, its legend."""

from collections.abc import Collection
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from phare_platform.lib import drawings
from phare_platform.lib.rose import Rose

register = template.Library()


@register.simple_tag
def rose(
    fill: drawings.Series,
    *,
    line: drawings.Series | None = None,
    meet: Collection[object] = (),
    size: str = "medium",
    title: str = "",
    labels: bool = True,
    scale: int = 100,
    absent: float | None = None,
    literal: bool = False,
) -> SafeString:
    """The rose of a territory, an organisation or a match; see `lib.rose` for what is drawn.

    `fill`, `line`: sixteen values from 0 to 1, or a mapping by domain; None is "not known".
    `absent` is the value of domains that the mapping `fill` leaves out: 0 for an organisation.
    `scale`: what 1 is told as, 100 or 3 for levels. `size`: large, medium, small or glyph.
    """
    drawn = _rose(fill, line, meet, absent)
    return drawings.render(
        drawn,
        title=title or _("Rose of the sixteen domains"),
        size=size,
        scale=drawings.Scale(size=scale),
        labels=labels,
        literal=literal,
    )


@register.inclusion_tag("components/rose_table.html")
def rose_table(
    fill: drawings.Series,
    *,
    line: drawings.Series | None = None,
    meet: Collection[object] = (),
    fill_label: str = "",
    line_label: str = "",
    meet_label: str = "",
    caption: str = "",
    scale: int = 100,
    absent: float | None = None,
) -> dict[str, Any]:
    """The same values as `rose`, as a table that unfolds, for those who do not see it."""
    drawn = _rose(fill, line, meet, absent)
    return {
        "rows": drawings.rows(drawn, drawings.Scale(size=scale)),
        "fill_label": fill_label or _("Value"),
        "line_label": line_label if line is not None else "",
        "meet_label": (meet_label or _("Answer each other")) if drawn.meet else "",
        "caption": caption,
        "scale": scale,
    }


def _rose(
    fill: drawings.Series,
    line: drawings.Series | None,
    meet: Collection[object],
    absent: float | None,
) -> Rose:
    strokes = drawings.series(line) if line is not None else None
    return Rose(fill=drawings.series(fill, absent=absent), line=strokes, meet=drawings.places(meet))


@register.inclusion_tag("components/rose_legend.html")
def rose_legend(
    fill_label: str = "", line_label: str = "", meet_label: str = "", unknown_label: str = ""
) -> dict[str, Any]:
    """What rays, strokes, arcs and hatching mean on the rose above; only what is given is told."""
    return {
        "fill_label": fill_label,
        "line_label": line_label,
        "meet_label": meet_label,
        "unknown_label": unknown_label,
    }
