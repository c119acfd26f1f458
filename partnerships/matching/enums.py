"""Answers to suggestions, states of introductions, components of the score."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Component(models.TextChoices):
    """What the score is made of, in the order shown."""

    COMPLEMENTARY = "complementary", _("Complementary fragilities")
    SHARED = "shared", _("Shared fragilities")
    RESOURCES = "resources", _("Means")
    PROXIMITY = "proximity", _("Proximity")
    WORLDS = "worlds", _("Worlds")
    MODES = "modes", _("Forms of partnership")


class AnswerKind(models.TextChoices):
    """What an organisation says to a suggestion."""

    INTERESTED = "interested", _("interested")
    DECLINED = "declined", _("not for us")
    LATER = "later", _("later")


class DeclineReason(models.TextChoices):
    """Why a suggestion is not for us; private, used by matching only."""

    SUBJECT = "subject", _("not our subject")
    TOO_FAR = "too_far", _("too far away")
    NO_TIME = "no_time", _("no time at present")
    KNOWN = "known", _("we know each other already")
    VALUES = "values", _("our values differ")
    OTHER = "other", _("another reason")


class Advice(models.TextChoices):
    """What an organisation may change so that it is suggested what it would not decline."""

    AREAS = "areas", _("Adjust where you act")
    FRAGILITIES = "fragilities", _("Adjust what you declare")
    CAPACITY = "capacity", _("Take fewer introductions at a time")


class IntroductionState(models.TextChoices):
    """From mutual interest to a partnership, or not."""

    OPEN = "open", pgettext_lazy("introduction", "open")
    ACCEPTED = "accepted", pgettext_lazy("introduction", "became a partnership")
    DECLINED = "declined", pgettext_lazy("introduction", "declined")
    EXPIRED = "expired", pgettext_lazy("introduction", "expired")


class RefreshState(models.TextChoices):
    """A computation of everyone's list."""

    RUNNING = "running", pgettext_lazy("refresh", "running")
    DONE = "done", pgettext_lazy("refresh", "done")
    FAILED = "failed", pgettext_lazy("refresh", "failed")


class ComparisonState(models.TextChoices):
    """A comparison of two policies."""

    WAITING = "waiting", pgettext_lazy("comparison", "waiting")
    RUNNING = "running", pgettext_lazy("comparison", "running")
    DONE = "done", pgettext_lazy("comparison", "done")
    FAILED = "failed", pgettext_lazy("comparison", "failed")


class ObstacleKind(models.TextChoices):
    """What keeps an organisation from being suggested partners, or from being suggested."""

    PAUSED = "paused", _("paused")
    NOTHING_DECLARED = "nothing_declared", _("nothing declared")
    NO_AREA = "no_area", _("no area of action")
    FULL = "full", _("enough introductions waiting")
    NOBODY_AROUND = "nobody_around", _("nobody works in the same places")
    NO_DOMAIN = "no_domain", _("nobody around fits on a domain")
    ALL_KNOWN = "all_known", _("everyone who fits is known already")
    BELOW_FLOOR = "below_floor", _("too few points with everyone")
    NOT_COMPUTED = "not_computed", _("not computed yet")
