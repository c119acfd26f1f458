"""Filters: numbers and days as the reader writes them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language

from phare_platform.lib import formats

register = template.Library()


def _language() -> str:
    return get_language() or "fr"


@register.filter
def thousands(value: float | None) -> str:
    """A whole number grouped as the reader writes it: 2 024, 2,024."""
    return formats.decimal(_float(value), language=_language())


@register.filter
def decimal(value: float | None, places: int = 1) -> str:
    """A number with `places` decimals: 3,6, 3.6."""
    return formats.decimal(_float(value), language=_language(), places=places)


@register.filter
def percent(value: float | None, places: int = 0) -> str:
    """A value from 0 to 100 as a percentage."""
    return formats.percent(_float(value), language=_language(), places=places)


@register.filter
def share(value: float | None, places: int = 0) -> str:
    """A value from 0 to 1 as a percentage."""
    number = _float(value)
    ratio = None if number is None else number * 100
    return formats.percent(ratio, language=_language(), places=places)


@register.filter
def compact(value: float | None) -> str:
    """A large number in few signs: 1,2 M."""
    return formats.compact(_float(value), language=_language())


@register.filter
def ordinal(value: int | str | None, gender: str = "") -> str:
    """A rank: 2ᵉ, 2nd; `|ordinal:"f"` agrees with a feminine French noun."""
    if value is None or value == "":
        return formats.ABSENT
    return formats.ordinal(int(value), language=_language(), feminine=gender == "f")


@register.filter
def day(value: date | None) -> str:
    """A day in full, in the reader's time zone when it is an instant."""
    return formats.day(_local(value), language=_language())


@register.filter
def month(value: date | None) -> str:
    """A month and its year, in full."""
    return formats.month(_local(value), language=_language())


@register.filter
def moment(value: datetime | None) -> str:
    """A day and its hour, in the reader's time zone."""
    local = _local(value)
    return formats.moment(local if isinstance(local, datetime) else None, language=_language())


def _float(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)


def _local(value: date | None) -> date | None:
    if isinstance(value, datetime) and is_aware(value):
        return localtime(value)
    return value or None
