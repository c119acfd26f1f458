"""Finding the sentences to translate in Python files and templates."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from phare_platform.lib.catalogue.pofiles import new_catalogue

TEMPLATES = {".html", ".txt"}
SKIPPED = {"migrations", "node_modules", "__pycache__"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract_all(places: Iterable[Path], *, language: str) -> Catalog:
    """A catalogue, without translations, of every sentence in these files and folders."""
    catalogue = new_catalogue(language)
    for path in sorted(_files(places)):
        for context, sentence in extract_file(path):
            catalogue.add(sentence, context=context)
    return catalogue


def extract_file(path: Path) -> Iterator[tuple[str | None, str | tuple[str, ...]]]:
    """Context and sentence (singular and plural together) of each call in one file."""
    source = path.read_text("utf-8")
    if path.suffix in TEMPLATES:
        source = _as_python(source, str(path))
    for _line, sentence, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        if sentence:
            yield context, sentence


def _as_python(source: str, name: str) -> str:
    """The template's calls as Python lines: the rest is blanked, so no indentation may remain."""
    return "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        for path in [place] if place.is_file() else place.rglob("*"):
            if _is_source(path) and not SKIPPED & set(path.parts):
                yield path


def _is_source(path: Path) -> bool:
    return path.suffix == ".py" or ("templates" in path.parts and path.suffix in TEMPLATES)
