"""Tags: moving through lists (pages, sorting) and along a path (steps)."""

from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phare_platform.lib.tags.words import icon

register = template.Library()

STAGES = (
    ("prepare", gettext_lazy("Prepare"), gettext_lazy("meet, choose the subject, agree")),
    ("accompany", gettext_lazy("Accompany"), gettext_lazy("act, keep commitments, take the pulse")),
    ("evaluate", gettext_lazy("Evaluate"), gettext_lazy("innovation, performance, trust")),
)


def query_with(request: HttpRequest, **changes: object) -> str:
    """The query string of this page with some values changed; None takes a value away."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """`query_with` for a link written by hand: href="{% query page=2 %}"."""
    return query_with(context["request"], **changes)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Page[Any], target: str = "") -> dict[str, Any]:
    """Links to the pages of a list, everything else in the address kept.

    With `target` (a selector such as "#results") htmx swaps only that part of the page.
    """
    request = context["request"]
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        (number, query_with(request, page=number) if isinstance(number, int) else "")
        for number in numbers
    ]
    return {
        "page": page,
        "links": links,
        "previous": query_with(request, page=page.number - 1) if page.has_previous() else "",
        "next": query_with(request, page=page.number + 1) if page.has_next() else "",
        "target": target,
    }


@register.simple_tag(takes_context=True)
def sort_link(context: dict[str, Any], key: str, label: str, param: str = "sort") -> SafeString:
    """A link that sorts the list by `key`, then the other way round; back to the first page."""
    state = _sorted(context, key, param)
    upside = f"-{key}" if state == "ascending" else key
    drawing = {"ascending": "arrow-up", "descending": "arrow-down"}.get(state, "sort")
    href = query_with(context["request"], **{param: upside, "page": None})
    return format_html('<a class="sort" href="{}">{} {}</a>', href, label, icon(drawing))


@register.simple_tag(takes_context=True)
def sort_th(
    context: dict[str, Any], key: str, label: str, param: str = "sort", css: str = ""
) -> SafeString:
    """A column heading with its `sort_link`, telling in which order the list stands."""
    state = _sorted(context, key, param)
    aria = format_html(' aria-sort="{}"', state) if state else ""
    link = sort_link(context, key, label, param)
    return format_html('<th scope="col" class="{}"{}>{}</th>', css, aria, link)


def _sorted(context: dict[str, Any], key: str, param: str) -> str:
    current = context["request"].GET.get(param, "")
    return {key: "ascending", f"-{key}": "descending"}.get(current, "")


@register.inclusion_tag("components/steps.html")
def stage_steps(current: str, reached: str = "", *, notes: bool = True) -> dict[str, Any]:
    """The path of a partnership: prepare, accompany, evaluate; `current` may be closed or ended.

    For an ended one, `reached` is the stage it had come to.
    """
    order = [stage for stage, _label, _note in STAGES]
    if current == "closed":
        now, done = -1, len(order)
    else:
        now = order.index(current) if current in order else -1
        done = now if now >= 0 else (order.index(reached) if reached in order else 0)
    steps = [
        {"label": label, "note": note if notes else "", "state": _state(place, now, done)}
        for place, (_stage, label, note) in enumerate(STAGES)
    ]
    return {"steps": steps, "label": _("Stages of the partnership")}


def _state(place: int, now: int, done: int) -> str:
    if place == now:
        return "now"
    return "done" if place < done else "next"
