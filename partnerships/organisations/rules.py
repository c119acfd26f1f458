"""What is true of organisations whatever the database says: kinds, identifiers, completeness."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from partnerships.organisations.enums import (
    IdentifierRule,
    Kind,
    OrganisationType,
    ProfilePart,
    ResourceFamily,
)

MOST_AREAS = 12
DEFAULT_CAPACITY = 3
PAUSE_DIGESTS = 30  # days that the button of a message proposes
DIGEST_MOST, DIGEST_RANGE = 3, (1, 5)  # suggestions in one message; more go unread
MOST_CAPACITY = 50
NEIGHBOUR_KM = 30  # an intermunicipality this near is an area of action by default
INVITATION_DAYS = 14
INVITATIONS_A_DAY = 50  # per organisation
JOIN_REQUESTS_WAITING = 10  # per person
CONFIRM_AFTER = timedelta(days=182)  # a profile older than six months is to be confirmed

KIND_OF: dict[str, str] = {
    OrganisationType.ASSOCIATION: Kind.ASSOCIATION,
    OrganisationType.FOUNDATION: Kind.ASSOCIATION,
    OrganisationType.UNION: Kind.ASSOCIATION,
    OrganisationType.CATALYST: Kind.ASSOCIATION,
    OrganisationType.OTHER: Kind.ASSOCIATION,
    OrganisationType.VERY_SMALL_COMPANY: Kind.COMPANY,
    OrganisationType.SME: Kind.COMPANY,
    OrganisationType.MID_CAP: Kind.COMPANY,
    OrganisationType.LARGE_COMPANY: Kind.COMPANY,
    OrganisationType.MEDIA: Kind.COMPANY,
    OrganisationType.MUNICIPALITY: Kind.MUNICIPALITY,
    OrganisationType.INTERMUNICIPALITY: Kind.MUNICIPALITY,
    OrganisationType.DEPARTMENT: Kind.MUNICIPALITY,
    OrganisationType.REGION: Kind.MUNICIPALITY,
    OrganisationType.STATE_SERVICE: Kind.MUNICIPALITY,
    OrganisationType.UNIVERSITY: Kind.UNIVERSITY,
}


class BadIdentifier(ValueError):
    """An identifier that cannot exist. `rule` names the check that failed, `field` the value."""

    def __init__(self, rule: IdentifierRule) -> None:
        super().__init__(str(rule.value))
        self.rule = rule

    @property
    def field(self) -> str:
        """Where the person must look: `siren`, `siret` or `rna`."""
        return self.rule.value.split("_")[0]


@dataclass(frozen=True)
class Identifiers:
    """The official numbers of an organisation, clean and agreeing with one another."""

    siren: str = ""
    siret: str = ""
    rna: str = ""


def clean_identifiers(*, siren: str = "", siret: str = "", rna: str = "") -> Identifiers:
    """The three numbers cleaned together; an empty SIREN is taken from the SIRET.

    Raises BadIdentifier for the first that is wrong, or when SIREN and SIRET disagree.
    """
    siren, siret, rna = clean_siren(siren), clean_siret(siret), clean_rna(rna)
    if siret and siren and not siret.startswith(siren):
        raise BadIdentifier(IdentifierRule.SIRET_SIREN)
    return Identifiers(siren=siren or siret[:9], siret=siret, rna=rna)


def read_identifier(text: str) -> Identifiers:
    """The identifier that a person typed without saying which one; empty for a plain name.

    Raises BadIdentifier when the text has the form of one but cannot exist.
    """
    value = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    if re.fullmatch(r"[Ww][0-9]{9}", value):
        return Identifiers(rna=clean_rna(value))
    if re.fullmatch(r"[0-9]{14}", value):
        return clean_identifiers(siret=value)
    if re.fullmatch(r"[0-9]{9}", value):
        return Identifiers(siren=clean_siren(value))
    return Identifiers()


def clean_siren(text: str) -> str:
    """Nine digits with a right check digit, spaces removed; empty stays empty.

    Raises BadIdentifier (`siren_length`, `siren_check_digit`).
    """
    value = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    if not value:
        return ""
    if not re.fullmatch(r"[0-9]{9}", value):
        raise BadIdentifier(IdentifierRule.SIREN_LENGTH)
    if not siren_number.is_valid(value):
        raise BadIdentifier(IdentifierRule.SIREN_CHECK_DIGIT)
    return value


def clean_siret(text: str) -> str:
    """Fourteen digits with right check digits (La Poste's own rule included); empty stays empty.

    Raises BadIdentifier (`siret_length`, `siret_check_digit`).
    """
    value = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    if not value:
        return ""
    if not re.fullmatch(r"[0-9]{14}", value):
        raise BadIdentifier(IdentifierRule.SIRET_LENGTH)
    if not siret_number.is_valid(value):
        raise BadIdentifier(IdentifierRule.SIRET_CHECK_DIGIT)
    return value


def clean_rna(text: str) -> str:
    """`W` and nine digits in upper case; empty stays empty (Alsace-Moselle has no RNA).

    Raises BadIdentifier (`rna_form`).
    """
    value = re.sub(r"[\s\u00a0\u202f-]", "", text).upper()
    if value and not re.fullmatch(r"W[0-9]{9}", value):
        raise BadIdentifier(IdentifierRule.RNA_FORM)
    return value


@dataclass(frozen=True)
class Declared:
    """A fragility as declared: the number of its domain (1 to 16), the side, the level (1 to 3)."""

    domain: int
    side: str
    level: int


@dataclass(frozen=True)
class Means:
    """A kind of means as declared: offered or needed, with a few words."""

    resource: str
    side: str
    note: str = ""


def is_stale(confirmed_at: datetime, *, now: datetime) -> bool:
    """True when nobody has said for six months that a profile is still right."""
    return confirmed_at <= now - CONFIRM_AFTER


def family_of(resource: str) -> ResourceFamily:
    """The family of a kind of means."""
    return ResourceFamily(resource.split("_", maxsplit=1)[0])


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance over the ground between two (latitude, longitude) in degrees, in kilometres."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


# How much each part weighs in the meter shown to members, in percent.
PARTS: dict[ProfilePart, int] = {
    ProfilePart.FRAGILITIES: 40,
    ProfilePart.OFFERS: 15,
    ProfilePart.NEEDS: 15,
    ProfilePart.MODES: 10,
    ProfilePart.DESCRIPTION: 10,
    ProfilePart.CONTACT: 10,
}


@dataclass(frozen=True)
class Completeness:
    """How complete a profile is: `percent` from 0 to 100, and what is missing, heaviest first."""

    percent: int
    missing: tuple[ProfilePart, ...]


def completeness(filled: Collection[ProfilePart]) -> Completeness:
    """The meter of a profile whose `filled` parts are there."""
    missing = tuple(part for part in PARTS if part not in filled)
    return Completeness(100 - sum(PARTS[part] for part in missing), missing)
