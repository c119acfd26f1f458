"""The shapes of organisations in the API: what comes out, what may come in."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partnerships.organisations.enums import (
    DigestRhythm,
    Level,
    Mode,
    OrganisationType,
    Resource,
    ResourceSide,
    Side,
)
from partnerships.organisations.models import (
    Declaration,
    Organisation,
    ResourceDeclaration,
)
from partnerships.organisations.rules import (
    MOST_AREAS,
    MOST_CAPACITY,
    BadIdentifier,
    Declared,
    Means,
    clean_identifiers,
)
from phare_platform.lib.domains import FACES
from territories.places.enums import Level as PlaceLevel
from territories.places.models import Place


class Strict(serializers.Serializer[Any]):
    """Refuses keys it does not know, so that nothing is believed to be set that is not."""

    def to_internal_value(self, data: Any) -> Any:
        """The values, cleaned; raises ValidationError naming each unknown key."""
        if isinstance(data, Mapping):
            unknown = set(data) - {n for n, f in self.fields.items() if not f.read_only}
            if unknown:
                sentence = _("This key is not known here.")
                raise serializers.ValidationError({key: [sentence] for key in sorted(unknown)})
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.STR)
class PlaceIdentifier(serializers.Field[Place, str, dict[str, str], Any]):
    """A place written `level:code`; a code alone is that of a municipality."""

    default_error_messages = {
        "unknown": _("The official geographic code of 2026 has no “{value}”."),
        "level": _("“{value}” is not of the level asked for here."),
    }

    def __init__(self, *, levels: tuple[PlaceLevel, ...] = tuple(PlaceLevel), **options: Any):
        self.levels = levels
        super().__init__(**options)

    def to_internal_value(self, data: str) -> Place:
        """The place; refused when there is none or its level does not fit."""
        text = data.strip() if isinstance(data, str) else ""
        identifier = text if ":" in text else f"{PlaceLevel.MUNICIPALITY}:{text}"
        place = Place.objects.identified(identifier).first()
        if place is None:
            self.fail("unknown", value=str(data)[:40])
        if place.level not in self.levels:
            self.fail("level", value=text)
        return place

    def to_representation(self, value: Place) -> dict[str, str]:
        """Its identifier and its name."""
        return place_shown(value)


class PlaceShown(serializers.Serializer[Place]):
    """A place as it is named elsewhere in the API."""

    id = serializers.CharField(source="identifier", read_only=True)
    name = serializers.CharField(read_only=True)


class DeclarationShown(serializers.ModelSerializer[Declaration]):
    """A declared fragility."""

    domain = serializers.SerializerMethodField()

    class Meta:
        model = Declaration
        fields = ["domain", "side", "level"]

    def get_domain(self, declaration: Declaration) -> str:
        """`D01` to `D16`."""
        return f"D{declaration.domain_id:02}"


class ResourceShown(serializers.ModelSerializer[ResourceDeclaration]):
    """Means offered or needed."""

    class Meta:
        model = ResourceDeclaration
        fields = ["resource", "side", "note"]


class ContactShown(serializers.Serializer[Organisation]):
    """Whom to contact; for members only."""

    name = serializers.CharField(source="contact_name")
    email = serializers.CharField(source="contact_email")
    phone = serializers.CharField(source="contact_phone")


class OrganisationShown(serializers.ModelSerializer[Organisation]):
    """An organisation as any signed-in person may read it; `contact` is null but for members."""

    home = PlaceShown(read_only=True)
    declarations = DeclarationShown(many=True, read_only=True)
    resources = ResourceShown(many=True, read_only=True)
    areas = serializers.SerializerMethodField()
    modes = serializers.ListField(child=serializers.ChoiceField(Mode.choices), read_only=True)
    contact = serializers.SerializerMethodField()
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Organisation
        fields = [
            "id",
            "url",
            "name",
            "kind",
            "type",
            "siren",
            "siret",
            "rna",
            "home",
            "description",
            "website",
            "staff_size",
            "status",
            "verification",
            "is_fictitious",
            "declared_at",
            "created_at",
            "updated_at",
            "declarations",
            "resources",
            "modes",
            "areas",
            "capacity",
            "contact",
        ]
        read_only_fields = fields

    @extend_schema_field(PlaceShown(many=True))
    def get_areas(self, organisation: Organisation) -> list[dict[str, str]]:
        """The territories where it acts."""
        return [place_shown(area.place) for area in organisation.areas.all()]

    @extend_schema_field(ContactShown(allow_null=True))
    def get_contact(self, organisation: Organisation) -> Mapping[str, Any] | None:
        """The contact person, for members; None for everybody else."""
        if organisation.pk not in self.context.get("mine", ()):
            return None
        return ContactShown(organisation).data


def place_shown(place: Place) -> dict[str, str]:
    """A place as `PlaceShown` has it."""
    return {"id": place.identifier, "name": place.name}


class OrganisationEdited(Strict):
    """What a member may change; every key may be left out."""

    name = serializers.CharField(max_length=200)
    type = serializers.ChoiceField(OrganisationType.choices)
    home = PlaceIdentifier(levels=(PlaceLevel.MUNICIPALITY,), help_text="`municipality:86194`")
    siren = serializers.CharField(max_length=30, required=False, allow_blank=True)
    siret = serializers.CharField(max_length=30, required=False, allow_blank=True)
    rna = serializers.CharField(max_length=20, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    website = serializers.URLField(max_length=200, required=False, allow_blank=True)
    staff_size = serializers.CharField(max_length=40, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact_email = serializers.EmailField(required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    digest_rhythm = serializers.ChoiceField(DigestRhythm.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Numbers that can exist and agree; an empty SIREN comes from the SIRET."""
        numbers = {n: attrs[n] for n in ("siren", "siret", "rna") if n in attrs}
        try:
            clean = vars(clean_identifiers(**numbers))
        except BadIdentifier as error:
            raise serializers.ValidationError({error.field: [error.rule.label]}) from error
        return attrs | {name: clean[name] for name in numbers}


class OrganisationCreated(Strict):
    """A new organisation; `distinct` says that those like it are others."""

    name = serializers.CharField(max_length=200)
    type = serializers.ChoiceField(OrganisationType.choices)
    home = PlaceIdentifier(levels=(PlaceLevel.MUNICIPALITY,), help_text="`municipality:86194`")
    siren = serializers.CharField(max_length=30, required=False, allow_blank=True)
    siret = serializers.CharField(max_length=30, required=False, allow_blank=True)
    rna = serializers.CharField(max_length=20, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    website = serializers.URLField(max_length=200, required=False, allow_blank=True)
    distinct = serializers.BooleanField(required=False, default=False)

    validate = OrganisationEdited.validate


class DeclaredIn(Strict):
    """A fragility: `D01` to `D16`, acts or seeks, level 1 to 3."""

    domain = serializers.ChoiceField(list(FACES))
    side = serializers.ChoiceField(Side.choices)
    level = serializers.ChoiceField(Level.choices)

    def validate(self, attrs: dict[str, Any]) -> Declared:
        """As the service takes it."""
        return Declared(int(attrs["domain"][1:]), attrs["side"], attrs["level"])


class MeansIn(Strict):
    """Means offered or needed, with a few words."""

    resource = serializers.ChoiceField(Resource.choices)
    side = serializers.ChoiceField(ResourceSide.choices)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> Means:
        """As the service takes it."""
        return Means(attrs["resource"], attrs["side"], attrs["note"])


class DeclareIn(Strict):
    """What an organisation declares: each key given replaces what was there, others stay."""

    declarations = DeclaredIn(many=True, required=False)
    resources = MeansIn(many=True, required=False)
    modes = serializers.ListField(
        child=serializers.ChoiceField(Mode.choices), required=False, max_length=4
    )
    areas = serializers.ListField(
        child=PlaceIdentifier(), required=False, min_length=1, max_length=MOST_AREAS
    )
    capacity = serializers.IntegerField(required=False, min_value=0, max_value=MOST_CAPACITY)
