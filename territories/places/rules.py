"""What a person who types a place means: words, a postcode, a code. Plain Python."""

import re
from dataclasses import dataclass
from itertools import product

from phare_platform.lib.text import plain

LONGEST_TEXT = 80
MOST_WORDS = 8
# The abbreviations that official names and people write both ways.
_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
WRITTEN_BOTH_WAYS = _SHORT | {long: short for short, long in _SHORT.items()}

_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile(r"[0-9]{5}|2[ab][0-9]{3}")
_SHORT_CODE = re.compile(r"[0-9]{1,4}|2[ab][0-9]{0,2}")
_SIREN = re.compile(r"[0-9]{9}")


@dataclass(frozen=True)
class Wanted:
    """A search, understood. Everything given must hold; all empty means nothing was asked."""

    words: tuple[str, ...] = ()  # each begins a word of the name, accents and case aside
    code: str = ""  # five characters: a postcode or the code of a municipality, past or present
    beginning: str = ""  # one to four characters: a code, or the beginning of a postcode
    siren: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.code or self.beginning or self.siren)


def understand(text: str) -> Wanted:
    """What `text` asks for, whatever it is: never raises.

    `86000`, `Poitiers 86000`, `2A004`, `86`, `200 069 854`, `st etienne` are all understood.
    """
    tokens = _WORD.findall(plain(text[:LONGEST_TEXT]))[:MOST_WORDS]
    joined = "".join(tokens)
    if _SIREN.fullmatch(joined):
        return Wanted(siren=joined)
    if len(tokens) == 1 and _SHORT_CODE.fullmatch(joined):
        return Wanted(beginning=joined.upper())
    codes = [token for token in tokens if _CODE.fullmatch(token)]
    words = tuple(token for token in tokens if token not in codes[:1])
    return Wanted(words=words, code=codes[0].upper() if codes else "")


def spellings(words: tuple[str, ...]) -> list[str]:
    """The ways to write these words as a name, `st` for `saint` and back included."""
    choices = [(word, WRITTEN_BOTH_WAYS.get(word, word)) for word in words]
    return list(dict.fromkeys(" ".join(chosen) for chosen in product(*choices)))


def postcodes_beginning(digits: str) -> list[str]:
    """Every postcode that may begin with these 3 or 4 digits (none for fewer: a department)."""
    missing = 5 - len(digits)
    if not digits.isdigit() or missing not in (1, 2):
        return []
    return [f"{digits}{end:0{missing}}" for end in range(10**missing)]
