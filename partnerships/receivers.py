"""Where the first floor listens to signals sent from below."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from partnerships.evaluation.models import Evaluation
from partnerships.evaluation.services import complete_evaluation, open_evaluation
from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partnership
from partnerships.lifecycle.signals import partner_left, stage_changed
from partnerships.matching.services import pack_profiles
from partnerships.organisations.signals import organisations_changed
from phare_platform.accounts.models import User


@receiver(stage_changed)
def open_the_evaluation(
    *, partnership: Partnership, by: User | None = None, **_values: Any
) -> None:
    """A partnership that comes to “evaluate” is evaluated."""
    if partnership.stage == Stage.EVALUATE:
        open_evaluation(partnership, by=by)


@receiver(partner_left)
def complete_without_who_left(
    *, partnership: Partnership, by: User | None = None, **_values: Any
) -> None:
    """When the last silent partner leaves, the others need not wait any longer."""
    for evaluation in Evaluation.objects.filter(partnership=partnership, state="open"):
        complete_evaluation(evaluation, by=by)


@receiver(organisations_changed)
def pack_who_changed(*, pks: Collection[int], **_values: Any) -> None:
    """What matching knows of an organisation keeps in step with what it says."""
    pack_profiles(pks)
