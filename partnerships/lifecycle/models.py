"""Partnerships: who, on what, at which stage, and the story so far."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import (
    ClosingDecision,
    EndReason,
    EventKind,
    PointState,
    Stage,
)
from partnerships.organisations.enums import Mode
from partnerships.organisations.models import Organisation
from phare_platform.lib.bilingual import Bilingual
from territories.fragilities.models import Domain
from territories.places.models import Place


class PartnershipQuerySet(models.QuerySet["Partnership"]):
    """Words for choosing partnerships."""

    def running(self) -> Self:
        """Neither closed nor ended."""
        return self.exclude(stage__in=[Stage.CLOSED, Stage.ENDED])

    def of_organisation(self, organisation: Organisation) -> Self:
        """In which this organisation is a partner today."""
        return self.filter(partners__organisation=organisation, partners__left_at=None)

    def with_last_event(self) -> Self:
        """With `last_event_at`: when the timeline was last written."""
        newest = PartnershipEvent.objects.filter(partnership=OuterRef("pk")).order_by(
            "-happened_at"
        )
        return self.annotate(last_event_at=Subquery(newest.values("happened_at")[:1]))

    def late(self, now: datetime) -> Self:
        """Longer at their stage than the rhythm foresees; the SQL of `rules.days_late`."""
        told = PartnershipEvent.objects.filter(
            partnership=OuterRef("pk"), happened_at__gte=now - rules.PATIENCE[Stage.ACCOMPANY]
        )
        return self.filter(
            Q(
                stage=Stage.PREPARE,
                stage_since__lt=now - rules.PATIENCE[Stage.PREPARE],
            )
            | Q(
                ~Exists(told),
                stage=Stage.ACCOMPANY,
                stage_since__lt=now - rules.PATIENCE[Stage.ACCOMPANY],
            )
            | Q(
                stage=Stage.EVALUATE,
                stage_since__lt=now - rules.PATIENCE[Stage.EVALUATE],
            )
        )


class Partnership(models.Model):
    """An agreement between two organisations or more to act together."""

    title = models.CharField(_("title"), max_length=150)
    purpose = models.TextField(_("purpose"), max_length=2000, blank=True)
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="partnerships", verbose_name=_("territory")
    )
    domains = models.ManyToManyField(Domain, related_name="partnerships", verbose_name=_("domains"))
    modes = ArrayField(
        models.CharField(max_length=25, choices=Mode.choices), default=list, blank=True
    )
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.PREPARE)
    stage_since = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="facilitated"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    accompany_at = models.DateTimeField(null=True)
    evaluate_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, choices=ClosingDecision.choices, blank=True)
    end_reason = models.CharField(max_length=15, choices=EndReason.choices, blank=True)
    end_note = models.CharField(max_length=500, blank=True)
    is_fictitious = models.BooleanField(default=False)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partnership")
        verbose_name_plural = _("partnerships")
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="partnership_stage"),
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.CLOSED, Stage.ENDED], finished_at__isnull=False)
                | (~Q(stage__in=[Stage.CLOSED, Stage.ENDED]) & Q(finished_at=None)),
                name="partnership_finished",
            ),
            models.CheckConstraint(
                condition=(Q(stage=Stage.ENDED) & Q(end_reason__in=EndReason.values))
                | (~Q(stage=Stage.ENDED) & Q(end_reason="")),
                name="partnership_end_reason",
            ),
            models.CheckConstraint(
                condition=(Q(stage=Stage.CLOSED) & Q(decision__in=ClosingDecision.values))
                | (~Q(stage=Stage.CLOSED) & Q(decision="")),
                name="partnership_decision",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.ACCOMPANY, Stage.EVALUATE, Stage.CLOSED])
                | Q(accompany_at__isnull=False),
                name="partnership_accompanied",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.EVALUATE, Stage.CLOSED])
                | Q(evaluate_at__isnull=False),
                name="partnership_evaluated",
            ),
        ]
        indexes = [models.Index(fields=["stage", "stage_since"], name="partnership_by_stage")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The partnership's page."""
        return reverse("partnerships:partnership", args=[self.pk])

    @property
    def is_running(self) -> bool:
        """True until it is closed or ended."""
        return self.stage not in (Stage.CLOSED, Stage.ENDED)

    @property
    def mode_labels(self) -> list[str]:
        """The forms of partnership, in the reader's language."""
        return [str(Mode(mode).label) for mode in self.modes]

    @property
    def reached(self) -> Stage:
        """The furthest of the three stages it has come to, finished or not."""
        if self.evaluate_at:
            return Stage.EVALUATE
        return Stage.ACCOMPANY if self.accompany_at else Stage.PREPARE


class Partner(models.Model):
    """An organisation's place in a partnership, from the day it is named to the day it leaves.

    `agreed_at` is empty while the organisation has not said yes itself: until then nobody of the
    other partners sees its people, and it does nothing in the partnership.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="partnerships")
    joined_at = models.DateTimeField(default=timezone.now)
    agreed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "organisation"], name="partner_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} in {self.partnership_id}"


class CheckPoint(Bilingual, models.Model):
    """A point of the facilitator's checklists (PR01…, AC01…, EV01…), from the register."""

    code = models.CharField(max_length=4, primary_key=True)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    order = models.PositiveSmallIntegerField()
    label_fr = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    tool_fr = models.CharField(max_length=200, blank=True)
    tool_en = models.CharField(max_length=200, blank=True)
    done_when_fr = models.CharField(max_length=300)
    done_when_en = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """What to do, in the reader's language."""
        return self._read("label")

    @property
    def tool(self) -> str:
        """With which tool, in the reader's language."""
        return self._read("tool")

    @property
    def done_when(self) -> str:
        """How one knows that it is done, in the reader's language."""
        return self._read("done_when")


class PointAnswer(models.Model):
    """Where one checklist point stands in one partnership, with the evidence."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="points")
    point = models.ForeignKey(CheckPoint, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=PointState.choices)
    evidence = models.CharField(_("evidence"), max_length=1000, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "point"], name="point_once"),
            models.CheckConstraint(
                condition=~Q(state=PointState.DONE) | ~Q(evidence=""),
                name="point_done_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point_id} of {self.partnership_id}: {self.state}"


class PartnershipEvent(models.Model):
    """A line of the timeline; added, never edited."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    on_behalf_of = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["partnership", "-happened_at"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.partnership_id}: {self.kind}"
