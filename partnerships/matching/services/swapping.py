"""Everyone's lists into a fresh table, and the fresh table into the place of the one that is read.

Readers wait for a moment and then see the new lists, all of them. The fresh table is made like the
other one, whatever migrations have made of it, and takes over the names of all that belongs to it.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import LockNotAvailable

from partnerships.matching.engine import Lists
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.services.copying import COLUMNS, binary_rows
from partnerships.matching.services.showing import Shown
from partnerships.matching.services.storing import alone, note_lists
from partnerships.organisations.enums import Status

LIVE = SuggestionList._meta.db_table
FRESH = f"{LIVE}_fresh"
PATIENCE = 60.0  # seconds until a swap that somebody is always in the way of gives up
# Shorter than the second after which PostgreSQL looks for a deadlock: in one, it is we who yield.
AT_ONCE = "500ms"

KEYS = """
SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'x', 'f') ORDER BY conname
"""
INDEXES = """
SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid
WHERE indrelid = %s::regclass
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
ORDER BY relname
"""


class Part(NamedTuple):
    """A constraint or an index: its name for good, its name meanwhile, what makes it."""

    name: str
    meanwhile: str
    definition: str


def remove_leftovers() -> None:
    """Drop the table of a refresh that never came to its end."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {FRESH}")


@transaction.atomic
def write_fresh(lists: Lists, *, shown: Shown, policy: Policy, at: datetime) -> None:
    """Write everyone's lists, and what is shown of them, into the fresh table; nobody waits."""
    with connection.cursor() as cursor:
        remove_leftovers()
        cursor.execute(f"CREATE TABLE {FRESH} (LIKE {LIVE} INCLUDING ALL EXCLUDING INDEXES)")
        # Frozen: the rows are seen by all from the moment that the table is.
        command = f"COPY {FRESH} ({COLUMNS}) FROM STDIN (FORMAT binary, FREEZE)"
        with cursor.copy(command) as copy:
            for rows in binary_rows(lists, shown=shown, policy_id=policy.pk, at=at):
                copy.write(rows)
        for key in _keys(cursor, "pux"):
            cursor.execute(f"ALTER TABLE {FRESH} ADD CONSTRAINT {key.meanwhile} {key.definition}")
        for index in _indexes(cursor):
            cursor.execute(index.definition)
        cursor.execute(f"ANALYZE {FRESH} (organisation_id, policy_id)")  # arrays can wait


@contextmanager
def swapped(*, at: datetime) -> Iterator[list[int]]:
    """Put the fresh table in the place of the live one, in the transaction of the `with` block.

    Gives the organisations that somebody else has dealt with since `at`, when the lists were
    begun: their lists, and those that name them, rest on old answers. Where others read or write
    without a pause, it tries again until its patience ends.
    """
    with transaction.atomic():
        yield _swap(at)
    check_references()


def _swap(at: datetime) -> list[int]:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                return _swap_at_once(cursor, at)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable) or time.monotonic() > ends:
                raise
        time.sleep(0.2)


def _swap_at_once(cursor: CursorWrapper, at: datetime) -> list[int]:
    alone()
    # Those who left meanwhile; outside the moment in which readers wait, for it takes a while.
    cursor.execute(
        f"DELETE FROM {FRESH} list WHERE NOT EXISTS"  # noqa: S608  # our own names
        " (SELECT FROM partnerships_organisation"
        "  WHERE id = list.organisation_id AND status = %s) RETURNING organisation_id",
        [Status.ACTIVE],
    )
    gone = [pk for (pk,) in cursor.fetchall()]
    cursor.execute(f"SET LOCAL lock_timeout = '{AT_ONCE}'")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit would hinder us
    cursor.execute(f"LOCK TABLE {LIVE} IN ACCESS EXCLUSIVE MODE")
    newer = SuggestionList.objects.filter(computed_at__gt=at).values_list("pk", flat=True)
    overtaken = sorted({*newer, *gone})
    references, keys, indexes = _keys(cursor, "f"), _keys(cursor, "pux"), _indexes(cursor)
    note_lists(None)
    cursor.execute(f"DROP TABLE {LIVE}")
    cursor.execute(f"ALTER TABLE {FRESH} RENAME TO {LIVE}")
    for key in keys:
        cursor.execute(f"ALTER TABLE {LIVE} RENAME CONSTRAINT {key.meanwhile} TO {key.name}")
    for index in indexes:
        cursor.execute(f"ALTER INDEX {index.meanwhile} RENAME TO {index.name}")
    for key in references:  # checked afterwards, when nobody waits
        cursor.execute(f"ALTER TABLE {LIVE} ADD CONSTRAINT {key.name} {key.definition} NOT VALID")
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return overtaken


def check_references() -> None:
    """Have the database check the references of the new table, without keeping anybody waiting.

    Where this is cut short, they hold for all that is written, and the next swap checks.
    """
    try:
        _validate()
    except IntegrityError:  # an organisation was deleted a moment before the swap
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {LIVE} list WHERE NOT EXISTS"  # noqa: S608  # our own names
                " (SELECT FROM partnerships_organisation WHERE id = list.organisation_id)"
            )
        _validate()


@transaction.atomic
def _validate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for key in _keys(cursor, "f"):
            cursor.execute(f"ALTER TABLE {LIVE} VALIDATE CONSTRAINT {key.name}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _keys(cursor: CursorWrapper, kinds: str) -> list[Part]:
    cursor.execute(KEYS, [LIVE])
    quote = connection.ops.quote_name
    return [
        Part(quote(name), f"{FRESH}_key_{number}", definition.removesuffix(" NOT VALID"))
        for number, (name, kind, definition) in enumerate(cursor.fetchall())
        if kind in kinds
    ]


def _indexes(cursor: CursorWrapper) -> list[Part]:
    cursor.execute(INDEXES, [LIVE])
    parts = []
    for number, (name, definition) in enumerate(cursor.fetchall()):
        meanwhile = f"{FRESH}_index_{number}"
        unique, rest = re.match(r"CREATE (UNIQUE )?INDEX .*? (USING .*)", definition).groups("")  # type: ignore[union-attr]  # PostgreSQL writes it so
        made = f"CREATE {unique}INDEX {meanwhile} ON {FRESH} {rest}"
        parts.append(Part(connection.ops.quote_name(name), meanwhile, made))
    return parts
