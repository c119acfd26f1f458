"""Filters of partnerships, the same for the pages and the API."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.lifecycle import queries
from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership, PartnershipQuerySet
from partnerships.organisations.models import OrganisationQuerySet
from phare_platform.lib.domains import AXIS_LABELS, FACES
from phare_platform.lib.text import Plain, plain
from territories.places.filters import PlaceField

DOMAINS = [
    (label, [(face.code, face.label) for face in FACES.values() if face.axis == axis])
    for axis, label in AXIS_LABELS.items()
]


def _partners(request: Any) -> OrganisationQuerySet:
    # The maker of the API's description asks without a request.
    return queries.organisations_in(request.user if request else AnonymousUser())


class TerritoryFilter(django_filters.CharFilter):
    """What lies in a territory, the territory itself included."""

    field_class = PlaceField


class PartnershipFilter(django_filters.FilterSet):
    """By words, stage, domain, territory, partner, lateness; sorted by `sort`."""

    q = django_filters.CharFilter(label=_("Title or partner"), method="with_words")
    stage = django_filters.MultipleChoiceFilter(
        label=_("Stage"), choices=Stage.choices, widget=forms.CheckboxSelectMultiple
    )
    domain = django_filters.ChoiceFilter(
        label=_("Domain"), choices=DOMAINS, method="on_domain", empty_label=_("all domains")
    )
    territory = TerritoryFilter(
        label=_("Territory"),
        method="in_territory",
        help_text=_("Level and code of a place, such as region:75."),
    )
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"),
        queryset=_partners,
        method="with_partner",
        empty_label=_("all organisations"),
    )
    late = django_filters.BooleanFilter(
        label=_("Only what is late"), method="only_late", widget=forms.CheckboxInput
    )
    sort = django_filters.OrderingFilter(
        label=_("Sort by"),
        fields=[("title_key", "title"), ("stage_since", "stage_since"), ("opened_at", "opened_at")],
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Partnership
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """The chosen partnerships, the latest first unless sorted otherwise."""
        queryset = queryset.annotate(title_key=Plain(F("title"))).order_by("-opened_at")
        found = super().filter_queryset(queryset)
        return found.order_by(*found.query.order_by, "pk")

    def with_words(self, found: PartnershipQuerySet, name: str, value: str) -> Any:
        """Whose title or one of whose partners' names holds the words."""
        key = plain(value)
        named = Partner.objects.filter(
            partnership=OuterRef("pk"), left_at=None, organisation__name_key__contains=key
        )
        return found.filter(Q(title_key__contains=key) | Q(Exists(named)))

    def on_domain(self, found: PartnershipQuerySet, name: str, value: str) -> Any:
        """On this domain, written as in the register: D05."""
        return found.filter(domains=int(value[1:]))

    def in_territory(self, found: PartnershipQuerySet, name: str, value: Any) -> Any:
        """Of the territory or of anything inside it."""
        return found.filter(Q(place=value) | Q(place__containers__outer=value))

    def with_partner(self, found: PartnershipQuerySet, name: str, value: Any) -> Any:
        """In which the organisation is a partner today."""
        return found.of_organisation(value)

    def only_late(self, found: PartnershipQuerySet, name: str, value: Any) -> Any:
        """Late by the rhythm of its stage; false leaves all."""
        return found.late(timezone.now()) if value else found


class PartnershipPageFilter(PartnershipFilter):
    """The same on a page: territories to choose from, and the view that stays chosen."""

    view = django_filters.CharFilter(method="leave", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = queries.territories_in(self.request.user)
        choices = [(f"{p.level}:{p.code}", f"{p.name} ({p.get_level_display()})") for p in places]
        self.filters["territory"].extra["help_text"] = ""
        self.filters["territory"].extra["widget"] = forms.Select(
            choices=[("", _("all territories")), *choices]
        )

    @property
    def active_count(self) -> int:
        """How many filters are set."""
        names = {"q", "stage", "domain", "territory", "organisation", "late"}
        return sum(bool(self.form[name].value()) for name in names)

    def leave(self, found: PartnershipQuerySet, name: str, value: str) -> Any:
        """Choose nothing: this is how the list is shown, not what it holds."""
        return found
