"""Turning templates into a message: one line of subject, a text part, an optional HTML part."""

from typing import Any, NamedTuple

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context, TemplateDoesNotExist, engines
from django.utils import translation

SUBJECT_LENGTH = 300
_inliner = CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


class Rendered(NamedTuple):
    """A message as its reader gets it; `html` is empty when there is only text."""

    subject: str
    text: str
    html: str


def one_line(text: str, *, length: int = SUBJECT_LENGTH) -> str:
    """Text fit for a mail header: no line break, no control character, at most `length` long."""
    visible = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(visible.split())[:length]


def render(template: str, context: dict[str, Any], *, language: str) -> Rendered:
    """The message of the templates `template` + `.subject.txt`, `.txt`, `.html`, in `language`.

    The HTML part may be missing; the two others may not (TemplateDoesNotExist). Styles of the
    HTML part move into its elements, because mail readers drop style sheets.
    """
    return Rendered(
        one_line(fill(f"{template}.subject.txt", context, language=language)),
        fill(f"{template}.txt", context, language=language).strip() + "\n",
        _html(f"{template}.html", context, language),
    )


def fill(name: str, context: dict[str, Any], *, language: str, escape: bool = False) -> str:
    """The text of one template in `language`; `site_url` and `language` are known to it."""
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    known = {"site_url": settings.SITE_URL, "language": language, **context}
    with translation.override(language):
        return str(template.render(Context(known, autoescape=escape)))


def inline(page: str) -> str:
    """The page with its styles moved into its elements; rules for dark screens stay as well."""
    return _inliner.inline(page)


def _html(name: str, context: dict[str, Any], language: str) -> str:
    try:
        page = fill(name, context, language=language, escape=True)
    except TemplateDoesNotExist as missing:
        if str(missing) != name:  # a part that the template includes or extends: a fault of ours
            raise
        return ""
    return inline(page)
