"""Policies, packed profiles, computed lists, answers to suggestions, introductions."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Cast, Greatest, Least, Now
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.lifecycle.models import Partnership
from partnerships.matching.enums import (
    AnswerKind,
    ComparisonState,
    DeclineReason,
    IntroductionState,
    ObstacleKind,
    RefreshState,
)
from partnerships.organisations.models import Organisation
from territories.fragilities.models import Domain


class Policy(models.Model):
    """A named, versioned set of weights in points out of 10,000; never edited once used."""

    name = models.SlugField(max_length=40, unique=True)
    complementary = models.PositiveSmallIntegerField(default=3000)
    shared = models.PositiveSmallIntegerField(default=2000)
    resources = models.PositiveSmallIntegerField(default=2000)
    proximity = models.PositiveSmallIntegerField(default=2000)
    worlds = models.PositiveSmallIntegerField(default=400)
    modes = models.PositiveSmallIntegerField(default=600)
    floor = models.PositiveSmallIntegerField(default=2500)  # least points in each direction
    list_length = models.PositiveSmallIntegerField(default=30)
    places = models.PositiveSmallIntegerField(default=10)  # shown of the list
    reserved_places = models.PositiveSmallIntegerField(default=2)  # of these, for the unseen
    exposure_cap = models.PositiveSmallIntegerField(default=50)  # lists that may show one; 0: any
    load_penalty = models.PositiveSmallIntegerField(default=250)  # points per open introduction
    note = models.TextField(blank=True)  # what it is tried for
    is_active = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("matching policy")
        verbose_name_plural = _("matching policies")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="policy_active_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    complementary=10_000
                    - F("shared")
                    - F("resources")
                    - F("proximity")
                    - F("worlds")
                    - F("modes")
                ),
                name="policy_sums_to_10000",
            ),
            models.CheckConstraint(
                condition=Q(
                    list_length__range=(1, 100),
                    places__range=(1, 30),
                    reserved_places__lt=F("places"),
                ),
                name="policy_places_fit",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Refresh(models.Model):
    """One computation of everyone's list: with which policy, how far, with what result.

    `done_count` out of `total_count` organisations are computed. `fairness` holds the measures of
    what is shown since (see `queries.fairness`).
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="refreshes")
    state = models.CharField(
        max_length=10, choices=RefreshState.choices, default=RefreshState.RUNNING
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    total_count = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    organisations_count = models.PositiveIntegerField(default=0)
    with_suggestions_count = models.PositiveIntegerField(default=0)
    pairs_count = models.BigIntegerField(default=0)
    cpu_seconds = models.FloatField(null=True)
    fairness = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="refresh_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.state}"


class RefreshInput(models.Model):
    """A part of the columns that all workers of one refresh compute from, in bytes."""

    refresh = models.ForeignKey(Refresh, models.CASCADE, related_name="inputs")
    part = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refresh", "part"], name="refresh_input_once"),
        ]

    def __str__(self) -> str:
        return f"{self.refresh_id} part {self.part}"


class RefreshChunk(models.Model):
    """Some organisations of a refresh that several workers share, `first` up to before `end`.

    Whoever computes it keeps its row locked meanwhile, so that the chunk of a worker that dies is
    free again at once. `lists` are what came out, until they are stored as everyone's lists.
    """

    refresh = models.ForeignKey(Refresh, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    lists = models.BinaryField(null=True)
    worker = models.CharField(max_length=100, blank=True)  # machine and process that computed it
    cpu_seconds = models.FloatField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refresh", "number"], name="refresh_chunk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.refresh_id} chunk {self.number}"


class PackedProfile(models.Model):
    """What matching knows of an active organisation besides its areas, in twenty bytes.

    `home` is the key of its municipality. The body holds, in the order of the network: kind and
    modes (two bytes each), the levels of acts and of seeks (two bits for each of the sixteen
    domains), and the bits of offers and of needs (four bytes each). Who is not active has none.
    Written by `services.pack_profiles` only, in the transaction of every change.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="+"
    )
    home = models.IntegerField()  # the organisation's own foreign key keeps it true
    body = models.BinaryField(max_length=20)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(F("body"), function="octet_length", output_field=models.IntegerField()), 20
                ),
                name="packed_profile_size",
            ),
        ]

    def __str__(self) -> str:
        return f"profile of {self.organisation_id}"


class SuggestionList(models.Model):
    """An organisation's partners in order, as parallel arrays: ids and points (H).

    `shown` are the ids that its pages show, in order: the best of the list that are not shown too
    often elsewhere, and at the end `reserved_count` that would be shown nowhere otherwise;
    `shown_points` their H. A refresh of everyone replaces the whole table (`services.swapping`).
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="suggestion_list"
    )
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    partners = ArrayField(models.IntegerField(), default=list)
    points = ArrayField(models.SmallIntegerField(), default=list)  # H, out of 10,000
    shown = ArrayField(models.IntegerField(), default=list)
    shown_points = ArrayField(models.SmallIntegerField(), default=list)
    reserved_count = models.PositiveSmallIntegerField(default=0)
    computed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"list of {self.organisation_id}"


class MatchingChange(models.Model):
    """What one transaction changed of what lists are computed from, or of stored lists (`lists`).

    For workers that keep everyone in memory (`queries.everyone`). `organisations` empty stands for
    all of them. Rows are written in the transaction of the change, by triggers of the database for
    all but lists. `transaction` is its number: whether it was finished when a worker last looked
    cannot be told from the order of rows.
    """

    transaction = models.BigIntegerField(
        db_default=Cast(
            Cast(Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        )
    )
    organisations = ArrayField(models.IntegerField(), null=True)
    lists = models.BooleanField(db_default=False)
    noted_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="matching_change_transaction")]

    def __str__(self) -> str:
        what = "lists" if self.lists else "organisations"
        return f"{what} changed by {self.transaction}"


class PolicyComparison(models.Model):
    """Two policies computed on the same day's organisations, and what came out for each.

    Of `organisations_count` active organisations, the lists of `compared_count` were computed.
    `result` holds the measures of both (see `queries.comparisons`).
    """

    first = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    second = models.ForeignKey(Policy, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=ComparisonState.choices, default=ComparisonState.WAITING
    )
    organisations_count = models.PositiveIntegerField(default=0)
    compared_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(default=0)  # lists to compute, of both together
    done_count = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="comparison_of_two"),
            models.UniqueConstraint(
                Least("first", "second"),
                Greatest("first", "second"),
                condition=Q(state__in=["waiting", "running"]),
                name="comparison_one_per_pair",
            ),
        ]
        indexes = [models.Index(fields=["-created_at"], name="comparison_newest")]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.state}"

    @property
    def is_finished(self) -> bool:
        """True when nothing more will come."""
        return self.state in (ComparisonState.DONE, ComparisonState.FAILED)

    @property
    def is_sample(self) -> bool:
        """True when only some of the lists were computed."""
        return self.compared_count < self.organisations_count


class Obstacle(models.Model):
    """Why an organisation is suggested nobody, or to nobody; none for those that are matched.

    Written when lists are computed. `domain` is the one on which somebody else would help most
    (`rules.obstacles.domain_to_name`); `acting_count` others at home in its department act on it.
    """

    organisation = models.OneToOneField(
        Organisation, models.CASCADE, primary_key=True, related_name="obstacle"
    )
    kind = models.CharField(max_length=20, choices=ObstacleKind.choices)
    domain = models.ForeignKey(Domain, models.PROTECT, null=True, related_name="+")
    acting_count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ObstacleKind.values), name="obstacle_kind"),
        ]
        indexes = [
            models.Index(fields=["-since", "organisation"], name="obstacle_newest"),
            models.Index(fields=["kind", "-since", "organisation"], name="obstacle_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.kind}"


class SuggestionAnswerQuerySet(models.QuerySet["SuggestionAnswer"]):
    """Answers."""

    def in_force(self, *, now: datetime) -> Self:
        """All but those that put off until a day that has passed."""
        return self.exclude(kind=AnswerKind.LATER, hidden_until__lte=now)


class SuggestionAnswer(models.Model):
    """What one organisation said about another; the last word counts."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="suggestion_answers"
    )
    other = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    reason = models.CharField(max_length=10, choices=DeclineReason.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)
    hidden_until = models.DateTimeField(null=True)  # for "later"
    points = models.PositiveIntegerField(null=True)  # the score that was shown
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+")

    objects = SuggestionAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "other"], name="suggestion_answer_once"
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("other")), name="suggestion_answer_not_self"
            ),
            models.CheckConstraint(
                condition=Q(kind=AnswerKind.LATER, hidden_until__isnull=False)
                | (~Q(kind=AnswerKind.LATER) & Q(hidden_until=None)),
                name="suggestion_answer_later",
            ),
        ]
        indexes = [models.Index(fields=["other", "kind"], name="suggestion_answer_other")]

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.other_id}: {self.kind}"


class Introduction(models.Model):
    """Two organisations that are both interested; contacts show once both have accepted.

    `first` has the smaller id, so a pair exists once whoever was quicker.
    """

    first = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    state = models.CharField(
        max_length=10, choices=IntroductionState.choices, default=IntroductionState.OPEN
    )
    points = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    first_accepted_at = models.DateTimeField(null=True)
    second_accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    declined_by = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    partnership = models.OneToOneField(
        Partnership, models.SET_NULL, null=True, related_name="introduction"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                condition=Q(state__in=["open", "accepted"]),
                name="introduction_once",
            ),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="introduction_order"),
            models.CheckConstraint(
                condition=Q(state=IntroductionState.OPEN, answered_at=None)
                | (~Q(state=IntroductionState.OPEN) & Q(answered_at__isnull=False)),
                name="introduction_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state=IntroductionState.ACCEPTED)
                | Q(first_accepted_at__isnull=False, second_accepted_at__isnull=False),
                name="introduction_accepted_by_both",
            ),
            models.CheckConstraint(
                condition=Q(state=IntroductionState.DECLINED) | Q(declined_by=None),
                name="introduction_declined_by",
            ),
        ]
        indexes = [
            models.Index(fields=["first", "state"], name="introduction_first"),
            models.Index(fields=["second", "state"], name="introduction_second"),
            models.Index(
                fields=["expires_at"], condition=Q(state="open"), name="introduction_expiring"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.state}"
