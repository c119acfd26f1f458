"""The search in plain Python, read from the files: slow, and the definition of what is right."""

import csv
import unicodedata
from functools import cache

from territories.places.services import FORMER, PLACES

LEVELS = ["country", "region", "department", "intermunicipality", "municipality"]


def simple(text):
    """Letters and digits in lower case, without accents; anything else is a space."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


@cache
def rows():
    with FORMER.open(encoding="utf-8", newline="") as file:
        former = list(csv.DictReader(file))
    names, codes = {}, {}
    for old in former:
        names.setdefault(old["municipality_code"], []).append(simple(old["name"]))
        codes.setdefault(old["municipality_code"], []).append(old["code"])
    with PLACES.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        town = row["level"] == "municipality"
        row["key"] = simple(row["name"])
        row["words"] = row["key"].split()
        old_names = names.get(row["code"], []) if town else []
        row["all_words"] = row["words"] + " ".join(old_names).split()
        row["codes"] = [row["code"], *(codes.get(row["code"], []) if town else [])]
        row["postcodes"] = row["postcodes"].split("|") if row["postcodes"] else []
    return found


def begins(asked, word):
    """`word` begins with `asked`, or is its other spelling in full."""
    return word.startswith(asked) or spelt(asked) == spelt(word)


def spelt(word):
    return {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}.get(word, word)


def is_long_code(word):
    return len(word) == 5 and (word.isdigit() or (word[:2] in ("2a", "2b") and word[2:].isdigit()))


def is_short_code(word):
    return (word.isdigit() and len(word) < 5) or (
        word[:2] in ("2a", "2b") and len(word) < 5 and (len(word) == 2 or word[2:].isdigit())
    )


def closeness(row, words):
    asked = [spelt(word) for word in words]
    key = " ".join(spelt(word) for word in row["words"])
    if not words or key == " ".join(asked):
        return 0
    forms = {f"saint{end}": (f"saint{end}", f"st{end}") for end in ("", "e", "s", "es")}
    starts = [""]
    for word in asked:
        starts = [f"{s} {form}" for s in starts for form in forms.get(word, (word,))]
    if any(row["key"].startswith(start.strip()) for start in starts):
        return 1
    return 2 if all(any(begins(a, w) for w in row["words"]) for a in words) else 3


def holds(row, words, code):
    if code and not (code.upper() in row["codes"] or code in row["postcodes"]):
        return False
    if len(words) == 1 and len(words[0]) == 1:
        return row["key"].startswith(words[0])
    return all(any(begins(asked, word) for word in row["all_words"]) for asked in words)


def chosen(text):
    tokens = simple(text[:80]).split()[:8]
    joined = "".join(tokens)
    if not tokens:
        return [], []
    if len(joined) == 9 and joined.isdigit():
        return [row for row in rows() if row["siren"] == joined], []
    if len(tokens) == 1 and is_short_code(joined):
        begun = joined if len(joined) > 2 and joined.isdigit() else None
        return [
            row
            for row in rows()
            if row["code"] == joined.upper()
            or (begun and any(one.startswith(begun) for one in row["postcodes"]))
        ], []
    code = next((token for token in tokens if is_long_code(token)), "")
    words = [token for token in tokens if token != code]
    return [row for row in rows() if holds(row, words, code)], words


def search(text, limit=10):
    """`level:code` of the places that `text` may mean, the likeliest first."""
    found, words = chosen(text)
    found.sort(
        key=lambda row: (
            closeness(row, words),
            LEVELS.index(row["level"]),
            -int(row["population"]),
            row["key"],
            row["code"],
        )
    )
    return [f"{row['level']}:{row['code']}" for row in found[:limit]]
