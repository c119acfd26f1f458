"""The tags and filters every page is written with; `docs/components.md` shows each of them."""

from django import template

from phare_platform.lib.tags import lists, numbers, roses, words

register = template.Library()

for part in (numbers, words, roses, lists):
    register.tags |= part.register.tags
    register.filters |= part.register.filters
