"""Comparing French names: accents, case, ligatures, hyphens and apostrophes do not matter.

The SQL function `f_unaccent(text)` (migration `lib.0001`) and `plain` here give the same result;
a test compares them. The extension `unaccent` is not needed, so any PostgreSQL will do.
"""

import re
import unicodedata

from django.db.models import CharField, Func

_SEPARATORS = re.compile(r"[’'`´\-‐‑–—_/.,;:()\[\]\"«»]+")
_SPACES = re.compile(r"[^\S\x1c-\x1f]+")  # what PostgreSQL calls a space


def plain(text: str) -> str:
    """The key under which a name is compared: `L’Haÿ-les-Roses` becomes `l hay les roses`."""
    # Letter by letter, as PostgreSQL does: a Greek sigma does not know that it ends a word.
    lowered = "".join(letter.lower() for letter in text)
    folded = unicodedata.normalize("NFD", lowered).replace("œ", "oe").replace("æ", "ae")
    bare = "".join(c for c in folded if not "\u0300" <= c <= "\u036f")
    return _SPACES.sub(" ", _SEPARATORS.sub(" ", bare)).strip(" ")


class Plain(Func):
    """`plain` in SQL, for generated columns, sorting and searching."""

    function = "f_unaccent"
    output_field = CharField()
