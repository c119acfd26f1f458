"""What services raise when they refuse: words for the person, a status for the machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError


class Refusal(Exception):
    """A deed refused by a rule. `str()` is the sentence shown; `code` names the rule."""

    status = 400

    def __init__(self, message: str, *, code: str = "refused") -> None:
        super().__init__(message)
        self.code = code


class Conflict(Refusal):
    """Somebody else was first, or the thing is no longer in a state that allows the deed."""

    status = 409


class TooMany(Refusal):
    """More than is allowed in a time; the sentence says when to come back."""

    status = 429


@contextmanager
def refused_by(constraint: str, message: str) -> Iterator[None]:
    """Turn the violation of one named database constraint into a Conflict with a sentence.

    Any other integrity error passes through: it is a fault of ours, not of the person.
    """
    try:
        yield
    except IntegrityError as error:
        diagnostics = getattr(error.__cause__, "diag", None)
        if getattr(diagnostics, "constraint_name", None) != constraint:
            raise
        raise Conflict(message, code=constraint) from error
