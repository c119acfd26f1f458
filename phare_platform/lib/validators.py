"""Checks at the edge that hold for any text."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def clean_text(value: object) -> object:
    """Refuse, at any depth of a JSON value, what PostgreSQL cannot store: NUL, lone surrogates.

    Returns the value unchanged; raises ValidationError.
    """
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise ValidationError(_("This text holds characters that cannot be stored."))
    elif isinstance(value, dict):
        for key, item in value.items():
            clean_text(key)
            clean_text(item)
    elif isinstance(value, list):
        for item in value:
            clean_text(item)
    return value
