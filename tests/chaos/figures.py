"""A figure: what was promised, what was seen."""

from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table."""

    risk: str
    promise: str
    seen: str
    passed: bool
