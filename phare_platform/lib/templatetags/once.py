"""The hidden field that makes a double click one deed."""

import secrets

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from phare_platform.lib.idempotency import FIELD

register = template.Library()


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden one-time key; put it in every form that changes something."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(24)
    )
