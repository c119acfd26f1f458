"""What a message may be, and which of its links may be followed."""

import re
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

LONGEST = 4000  # characters of a message
MOST, WITHIN = 30, timedelta(hours=1)  # messages of one organisation, in all its conversations
LINK_DAYS = 30  # how long the link of a mail lets its reader reply

_LINK = re.compile(r"https://[^\s<>\"]+")
_AFTER_A_LINK = ".,;:!?)]}'»”’…"
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
# Control characters, and those that turn the direction of writing to disguise a text or an address.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Piece(NamedTuple):
    """A part of a message: plain words, or a link that may be followed (`url`)."""

    text: str
    url: str = ""


def clean(text: str) -> str:
    """The text as it is kept: lines as \\n, nothing invisible, no space around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub("", lines).strip()


def pieces(text: str) -> list[Piece]:
    """The text cut at the links that are safe to follow; all other addresses stay words.

    Safe is an https address of a host written in plain letters, without user, password or port:
    what is shown is then where it leads.
    """
    found: list[Piece] = []
    end = 0
    for match in _LINK.finditer(text):
        url = match.group().rstrip(_AFTER_A_LINK)
        if _is_safe(url):
            found += [Piece(text[end : match.start()]), Piece(url, url)]
            end = match.start() + len(url)
    return [piece for piece in [*found, Piece(text[end:])] if piece.text]


def _is_safe(url: str) -> bool:
    try:
        parts: SplitResult = urlsplit(url)
    except ValueError:
        return False
    host = parts.netloc.lower()
    return bool(_HOST.fullmatch(host)) and "xn--" not in host
