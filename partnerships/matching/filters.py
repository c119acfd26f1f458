"""How a list of suggestions is refined, on the page and through the API alike."""

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from partnerships.matching.enums import IntroductionState, ObstacleKind
from partnerships.matching.models import Introduction
from partnerships.organisations.enums import Kind, Side
from partnerships.organisations.filters import DOMAINS, HomeFilter
from partnerships.organisations.models import Declaration, Organisation, OrganisationQuerySet
from phare_platform.lib.domains import FACES
from territories.fragilities.models import Domain
from territories.places.enums import Level
from territories.places.models import Place


class UpTo(models.TextChoices):
    """How far a partner's home may be: within which of our own territories."""

    INTERMUNICIPALITY = Level.INTERMUNICIPALITY.value, _("our intermunicipality")
    DEPARTMENT = Level.DEPARTMENT.value, _("our department")
    REGION = Level.REGION.value, _("our region")


class KindsOfPartner(models.TextChoices):
    """The four worlds in the plural."""

    ASSOCIATION = Kind.ASSOCIATION.value, _("Associations")
    COMPANY = Kind.COMPANY.value, _("Companies")
    MUNICIPALITY = Kind.MUNICIPALITY.value, _("Local authorities")
    UNIVERSITY = Kind.UNIVERSITY.value, _("Universities")


class IntroductionFilter(django_filters.FilterSet):
    """Introductions by state."""

    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=IntroductionState.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Introduction
        fields: list[str] = []

    @property
    def active_count(self) -> int:
        """1 when a state is chosen."""
        return int(bool(self.form.is_valid() and self.form.cleaned_data["state"]))


class ObstacleFilter(django_filters.FilterSet):
    """Organisations that are suggested nobody: by reason, world, home and domain declared."""

    reason = django_filters.ChoiceFilter(
        label=_("Reason"),
        choices=ObstacleKind.choices,
        method="because",
        empty_label=_("every reason"),
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("Who"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple, distinct=False
    )
    domain = django_filters.ChoiceFilter(
        label=_("Domain that it declares"),
        choices=DOMAINS,
        method="declaring",
        empty_label=_("All domains"),
    )
    territory = HomeFilter(label=_("At home in"))
    sort = django_filters.OrderingFilter(
        label=_("Sort by"),
        fields=[("name_key", "name"), ("since", "since"), ("reason", "reason")],
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    @property
    def active_count(self) -> int:
        """How many filters narrow the list."""
        cleaned = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        return sum(1 for name, value in cleaned.items() if value and name != "sort")

    def because(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """With this reason; those not computed yet are found another way, by the caller."""
        if value == ObstacleKind.NOT_COMPUTED:
            return queryset
        return queryset.filter(obstacle__kind=value)

    def declaring(
        self, queryset: OrganisationQuerySet, name: str, value: str
    ) -> OrganisationQuerySet:
        """That act on the domain or seek help on it, written as in the register: D05."""
        found = Declaration.objects.filter(domain=int(value[1:]))
        return queryset.filter(pk__in=found.values("organisation"))

    def filter_queryset(self, queryset: OrganisationQuerySet) -> OrganisationQuerySet:
        """Narrowed by every choice, the latest first unless sorted otherwise."""
        found: OrganisationQuerySet = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("sort"):
            found = found.order_by(F("since").desc())
        return found.order_by(*found.query.order_by, "pk")


class ObstacleApiFilter(ObstacleFilter):
    """The same choices, without the headings of the domains."""

    domain = django_filters.ChoiceFilter(
        label=_("Domain that it declares"),
        choices=[(face.code, face.label) for face in FACES.values()],
        method="declaring",
    )


class SuggestionFilter(django_filters.FilterSet):
    """Subject (one of our domains), kinds of partner, and up to which of our territories."""

    subject = django_filters.ModelChoiceFilter(
        label=_("Subject"),
        queryset=Domain.objects.order_by("number"),
        empty_label=_("All our subjects"),
        method="about",
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("With"),
        field_name="kind",
        choices=KindsOfPartner.choices,
        widget=forms.CheckboxSelectMultiple,
        distinct=False,
    )
    up_to = django_filters.ChoiceFilter(
        label=_("Up to"),
        choices=UpTo.choices,
        empty_label=_("wherever we act"),
        widget=forms.RadioSelect,
        method="within",
    )

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        """Refine the suggestions of `organisation`, whose subjects and home decide the choices."""
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if organisation is not None:
            ours = Declaration.objects.filter(organisation=organisation)
            self.filters["subject"].queryset = Domain.objects.filter(
                pk__in=ours.values("domain")
            ).order_by("number")

    @property
    def active_count(self) -> int:
        """How many of the filters narrow the list."""
        cleaned = dict(self.form.cleaned_data) if self.form.is_valid() else {}
        if set(cleaned.get("kind", ())) == set(KindsOfPartner.values):
            del cleaned["kind"]
        return sum(1 for value in cleaned.values() if value)

    @extend_schema_field(int)
    def about(
        self, queryset: QuerySet[Organisation], name: str, domain: Domain
    ) -> QuerySet[Organisation]:
        """Those who act on the domain; where we act on it ourselves, those who seek help too."""
        we_act = Declaration.objects.filter(
            organisation=self.organisation, domain=domain, side=Side.ACTS
        ).exists()
        sides = [Side.ACTS, Side.SEEKS] if we_act else [Side.ACTS]
        found = Declaration.objects.filter(domain=domain, side__in=sides)
        return queryset.filter(pk__in=found.values("organisation"))

    def within(
        self, queryset: QuerySet[Organisation], name: str, level: str
    ) -> QuerySet[Organisation]:
        """Those at home in the same intermunicipality, department or region as we are."""
        if self.organisation is None:
            return queryset.none()
        ours = Place.objects.filter(level=level, contents__inner=self.organisation.home)
        return queryset.filter(
            Q(home__in=ours) | Q(home__in=Place.objects.filter(containers__outer__in=ours))
        )
