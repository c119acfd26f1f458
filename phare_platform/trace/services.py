"""Leaving a trace; every service upstairs ends with it."""

from collections.abc import Mapping

from django.db import models

from phare_platform.accounts.models import User
from phare_platform.trace.models import Trace


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
    Trace.objects.bulk_create(
        Trace(
            deed=deed,
            subject_type=model._meta.label_lower,
            subject_id=pk,
            actor=by,
            details={**own, **details},
        )
        for pk, own in subjects.items()
    )
