"""What is wrong with a catalogue: missing, left over, untranslated, altered, badly typeset."""

import re
from collections.abc import Iterator
from html import unescape

from babel.messages.catalog import Catalog, Message

from phare_platform.lib.catalogue.pofiles import is_translated, key_of, messages_of

PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%(s|d)|\{(\w*)\}")
MARKUP = re.compile(r"<[^>]*>|%\(\w+\)[a-z]|\{\w*\}|https?://\S+")
NO_BREAK = "\u00a0\u202f"
TYPOGRAPHY = [
    (re.compile(r"\w'\w"), "straight apostrophe: write ’"),
    (re.compile(r"[^\s" + NO_BREAK + r"«([:;?!./-][;?!](?=\s|$)"), "no space before ; ? !"),
    (re.compile(r"[^\s" + NO_BREAK + r"«(/:]:(?=\s|$)"), "no space before :"),
    (re.compile(r" [;:?!»]"), "ordinary space before ; : ? ! »: use a no-break one"),
    (re.compile(r"«(?![" + NO_BREAK + r"])"), "no-break space missing after «"),
    (re.compile(r"[^" + NO_BREAK + r"]»"), "no-break space missing before »"),
    (re.compile(r"\.\.\."), "three dots: write …"),
]


def problems(found: Catalog, known: Catalog) -> list[str]:
    """One line for each fault of `known`, compared with the sentences `found` in the files."""
    wanted, there = messages_of(found), messages_of(known)
    lines = [f"missing: {_name(wanted[key])}" for key in wanted.keys() - there.keys()]
    lines += [f"left over: {_name(there[key])}" for key in there.keys() - wanted.keys()]
    for key in wanted.keys() & there.keys():
        message = there[key]
        if message.pluralizable != wanted[key].pluralizable:
            lines.append(f"plural differs: {_name(message)}")
        lines += [f"{fault}: {_name(message)}" for fault in _faults(message)]
    return sorted(lines)


def _faults(message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield "fuzzy"
    if not is_translated(message):
        yield "untranslated"
        return
    if _placeholders_differ(message):
        yield "placeholders differ"
    for form in _forms(message.string):
        yield from french_faults(form)


def french_faults(text: str) -> Iterator[str]:
    """The rules of French typography that this text breaks; markup and placeholders aside."""
    bare = unescape(MARKUP.sub("x", text))
    for pattern, fault in TYPOGRAPHY:
        if pattern.search(bare):
            yield fault


def _placeholders_differ(message: Message) -> bool:
    wanted = [_placeholders(form) for form in _forms(message.id)]
    got = [_placeholders(form) for form in _forms(message.string)]
    if not message.pluralizable:
        return got != wanted
    # "One answer" may leave the number out; the general form may not. What the English says once
    # without its number the French cannot say with it: its first form is for none as well.
    return got[-1] != wanted[-1] or not set(got[0]) <= set(wanted[0])


def _placeholders(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def _forms(value: object) -> list[str]:
    return [str(form) for form in value] if isinstance(value, (tuple, list)) else [str(value)]


def _name(message: Message) -> str:
    context, sentence = key_of(message)
    return f"{sentence!r}" + (f" (context {context!r})" if context else "")
