"""Numbers and days as a reader of French or English writes them. Pure: the language is given."""

import math
from datetime import date, datetime

THIN = "\u202f"  # narrow no-break space: groups of three digits, and before %
ABSENT = "–"

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def is_french(language: str) -> bool:
    """True for "fr" and its variants."""
    return language.split("-", maxsplit=1)[0] == "fr"


def decimal(value: float | None, *, language: str, places: int = 0) -> str:
    """A number with its thousands grouped: 2 024 and 3,6 in French, 2,024 and 3.6 in English.

    None and what is not a number are shown as a dash, never as 0.
    """
    if value is None or not math.isfinite(value):
        return ABSENT
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    if is_french(language):
        return text.replace(",", THIN).replace(".", ",")
    return text


def percent(value: float | None, *, language: str, places: int = 0) -> str:
    """A value from 0 to 100 as a percentage: 87 % (with a thin space) in French, 87% in English."""
    number = decimal(value, language=language, places=places)
    if number == ABSENT:
        return number
    return f"{number}{THIN}%" if is_french(language) else f"{number}%"


def compact(value: float | None, *, language: str) -> str:
    """A large number in few signs: 1,2 M, 675 k; below ten thousand it stays whole."""
    if value is None or not math.isfinite(value) or abs(value) < 10_000:
        return decimal(value, language=language)
    unit, size = ("M", 1_000_000) if abs(value) >= 999_500 else ("k", 1_000)
    scaled = value / size
    places = 1 if abs(scaled) < 10 and round(scaled, 1) != round(scaled) else 0
    return f"{decimal(scaled, language=language, places=places)}{THIN}{unit}"


def ordinal(value: int, *, language: str, feminine: bool = False) -> str:
    """A rank: 1ᵉʳ (1ʳᵉ for a feminine noun), 2ᵉ in French; 1st, 2nd, 11th in English."""
    if is_french(language):
        return f"{value}{('ʳᵉ' if feminine else 'ᵉʳ') if value == 1 else 'ᵉ'}"
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if 10 <= value % 100 <= 20 else endings.get(value % 10, "th")
    return f"{value}{ending}"


def month(value: date | None, *, language: str) -> str:
    """The month of a date, in full: novembre 2026, November 2026."""
    if value is None:
        return ABSENT
    names = MONTHS["fr" if is_french(language) else "en"].split()
    return f"{names[value.month - 1]} {value.year}"


def day(value: date | None, *, language: str) -> str:
    """A day in full: 20 novembre 2026 (1ᵉʳ for the first), 20 November 2026."""
    if value is None:
        return ABSENT
    first = value.day == 1 and is_french(language)
    number = ordinal(1, language="fr") if first else str(value.day)
    return f"{number}\u00a0{month(value, language=language)}"


def moment(value: datetime | None, *, language: str) -> str:
    """A day and its hour: 20 novembre 2026 à 14:05, 20 November 2026 at 14:05."""
    if value is None:
        return ABSENT
    link = "à" if is_french(language) else "at"
    return f"{day(value, language=language)} {link} {value:%H:%M}"
