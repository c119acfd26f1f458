"""Composing messages exactly as they would leave now, and sending none.

The functions in the rooms' `emails.py` are called as ever; inside `composing` what they queue is
collected instead of written, and every row written on the way is undone at the end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.rendering import Rendered


class Letter(NamedTuple):
    """A message as its reader would get it."""

    kind: MessageKind
    to: str
    recipient: User | None
    language: str
    rendered: Rendered


class Sample(NamedTuple):
    """One mail of the platform: what it is called, and how to have it written.

    `template` is its base path, `send` calls the function of `emails.py` for the stage it is
    given (see `partnerships.organisations.samples.Stage`).
    """

    template: str
    label: str | Promise
    send: Callable[[Any], object]


@dataclass
class Desk:
    """Where letters are collected; all are written in `language`."""

    language: str
    letters: list[Letter] = field(default_factory=list)


_desk: ContextVar[Desk | None] = ContextVar("composing", default=None)


def present_desk() -> Desk | None:
    """The desk that collects letters instead of their being sent; None: they are sent."""
    return _desk.get()


@contextmanager
def composing(language: str) -> Iterator[Desk]:
    """Collect what is sent inside, in `language`; nothing of what happens inside stays."""
    desk = Desk(language)
    before = _desk.set(desk)
    try:
        with translation.override(language), transaction.atomic():
            yield desk
            transaction.set_rollback(True)
    finally:
        _desk.reset(before)
