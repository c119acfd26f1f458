"""Reading and writing `.po` files in one stable form, so that two branches rarely touch a line."""

from io import BytesIO
from pathlib import Path
from typing import IO

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "en": "nplurals=2; plural=(n != 1);"}
Key = tuple[str, str]  # context ("" for none), English sentence (its singular)


def key_of(message: Message) -> Key:
    """What tells one message from another."""
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def messages_of(catalogue: Catalog) -> dict[Key, Message]:
    """The messages of a catalogue, without its header."""
    return {key_of(message): message for message in catalogue if message.id}


def new_catalogue(language: str) -> Catalog:
    """An empty catalogue."""
    return Catalog(locale=language, fuzzy=False, charset="utf-8")


def read_catalogue(source: Path | IO[bytes], *, language: str) -> Catalog:
    """The catalogue in this file; empty when there is none."""
    if not isinstance(source, Path):
        catalogue = read_po(source, locale=language, charset="utf-8")
    elif source.exists():
        catalogue = read_po(BytesIO(source.read_bytes()), locale=language, charset="utf-8")
    else:
        catalogue = new_catalogue(language)
    catalogue.obsolete.clear()
    return catalogue


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write sorted by sentence, each on its own lines, without dates and line numbers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_po(catalogue))


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as it stands in a file."""
    body = BytesIO()
    write_po(
        body,
        catalogue,
        width=0,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return _header(str(catalogue.locale)).encode() + body.getvalue()


def _header(language: str) -> str:
    lines = [
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[language]}",
    ]
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def keep_translations(found: Catalog, known: Catalog) -> Catalog:
    """The sentences of `found` with the translations that `known` has for them."""
    old = messages_of(known)
    for key, message in messages_of(found).items():
        before = old.get(key)
        if before and before.pluralizable == message.pluralizable:
            message.string = before.string
            message.flags = message.flags | (before.flags & {"fuzzy"})
    return found


def join(mine: Catalog, other: Catalog) -> list[Key]:
    """Add to `mine` what only `other` has translated; returns where both differ (mine is kept)."""
    here, different = messages_of(mine), []
    for key, message in messages_of(other).items():
        own = here.get(key)
        if own is None or (not is_translated(own) and own.pluralizable == message.pluralizable):
            mine.delete(message.id, context=message.context)
            mine.add(message.id, message.string, context=message.context, flags=message.flags)
        elif is_translated(message) and own.string != message.string:
            different.append(key)
    return different


def is_translated(message: Message) -> bool:
    """True when every form of the message has words."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return bool(forms) and all(forms)
