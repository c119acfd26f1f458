"""Leaving a trace; every service upstairs ends with it."""

import json
from collections.abc import Mapping

from django.db import connection, models
from django.utils import timezone

from phare_platform.accounts.models import User
from phare_platform.trace.models import Trace

SEVERAL = f"""
INSERT INTO {Trace._meta.db_table}
       (deed, subject_type, actor_id, happened_at, subject_id, details)
SELECT %s, %s, %s, %s, subject, details::jsonb
FROM unnest(%s::bigint[], %s::text[]) AS each(subject, details)
"""  # noqa: S608  # our own name


def leave_trace(deed: str, subject: models.Model, *, by: User | None, **details: object) -> Trace:
    """Record that `by` (None: the platform itself) did `deed` on `subject`.

    `deed` is `<room>.<service>`; `details` are JSON values, without secrets or contact data.
    """
    return Trace.objects.create(
        deed=deed,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        actor=by,
        details=details,
    )


def leave_traces(
    deed: str,
    model: type[models.Model],
    subjects: Mapping[int, Mapping[str, object]],
    *,
    by: User | None,
    **details: object,
) -> None:
    """The same for one deed on several things of a kind, by id, with details of each and of all."""
    actor = None if by is None else by.pk
    each = [json.dumps({**own, **details}) for own in subjects.values()]
    of_all = [deed, model._meta.label_lower, actor, timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(SEVERAL, [*of_all, list(subjects), each])
