"""What organisations are, what they declare, and how they stand on the platform."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """The four worlds that PHARE brings together."""

    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")
    MUNICIPALITY = "municipality", _("Local authority")
    UNIVERSITY = "university", _("University")


class OrganisationType(models.TextChoices):
    """The register's sixteen types; each belongs to one kind (`rules.KIND_OF`)."""

    ASSOCIATION = "association", _("Association")
    FOUNDATION = "foundation", _("Foundation")
    VERY_SMALL_COMPANY = "very_small_company", _("Very small company")
    SME = "sme", _("Small or medium company")
    MID_CAP = "mid_cap", _("Mid-size company")
    LARGE_COMPANY = "large_company", _("Large company")
    MUNICIPALITY = "municipality", _("Municipality")
    INTERMUNICIPALITY = "intermunicipality", _("Intermunicipality")
    DEPARTMENT = "department", _("Department")
    REGION = "region", _("Region")
    STATE_SERVICE = "state_service", _("State service")
    UNIVERSITY = "university", _("Academic institution")
    MEDIA = "media", _("Media")
    UNION = "union", _("Union")
    CATALYST = "catalyst", _("Territorial catalyst")
    OTHER = "other", _("Other")


class Status(models.TextChoices):
    """Whether an organisation takes part in matching."""

    ACTIVE = "active", _("active")
    PAUSED = "paused", _("paused")
    CLOSED = "closed", _("closed")


class Verification(models.TextChoices):
    """What the platform team has checked."""

    UNVERIFIED = "unverified", _("not verified yet")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")


class Role(models.TextChoices):
    """What a member may do: owners manage members, editors write, readers read."""

    OWNER = "owner", _("owner")
    EDITOR = "editor", _("editor")
    READER = "reader", _("reader")


class RequestState(models.TextChoices):
    """A wish to join an organisation."""

    OPEN = "open", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


class Side(models.TextChoices):
    """The two ways an organisation relates to a fragility."""

    ACTS = "acts", _("acts on")
    SEEKS = "seeks", _("seeks help on")


class Level(models.IntegerChoices):
    """How much a declared fragility counts for the organisation."""

    ALSO = 1, _("also")
    IMPORTANT = 2, _("important")
    CENTRAL = 3, _("central")


class ResourceSide(models.TextChoices):
    """Given or looked for."""

    OFFER = "offer", _("we offer")
    NEED = "need", _("we need")


class ResourceFamily(models.TextChoices):
    """The families of means; each kind of means begins with the code of its family."""

    MONEY = "money", _("Money")
    SKILLS = "skills", _("Skills")
    TIME = "time", pgettext_lazy("family of means", "Time")
    PREMISES = "premises", _("Premises and land")
    GOODS = "goods", _("Goods and transport")
    DATA = "data", _("Data and knowledge")
    NETWORK = "network", _("Network")


class Resource(models.TextChoices):
    """Twenty-four kinds of means (own list: the register's six families, and time)."""

    MONEY_GRANT = "money_grant", _("grant or donation")
    MONEY_INVESTMENT = "money_investment", _("loan or investment")
    MONEY_ORDER = "money_order", _("purchase or order")
    SKILLS_MANAGEMENT = "skills_management", _("management skills")
    SKILLS_DIGITAL = "skills_digital", _("digital skills")
    SKILLS_LEGAL = "skills_legal", _("legal skills")
    SKILLS_COMMUNICATION = "skills_communication", _("communication skills")
    SKILLS_TECHNICAL = "skills_technical", _("trade and technical skills")
    SKILLS_TEACHING = "skills_teaching", _("training and teaching")
    SKILLS_SOCIAL = "skills_social", _("social support skills")
    TIME_VOLUNTEERS = "time_volunteers", _("volunteers")
    TIME_STAFF = "time_staff", _("staff time")
    TIME_INTERNS = "time_interns", _("interns and apprentices")
    PREMISES_ROOM = "premises_room", _("rooms and premises")
    PREMISES_LAND = "premises_land", _("land or gardens")
    GOODS_EQUIPMENT = "goods_equipment", _("equipment")
    GOODS_FOOD = "goods_food", _("food and supplies")
    GOODS_VEHICLES = "goods_vehicles", _("vehicles and transport")
    GOODS_REUSE = "goods_reuse", _("materials to reuse")
    DATA_STUDIES = "data_studies", _("data and studies")
    DATA_FIELD = "data_field", _("knowledge of the field")
    NETWORK_CONTACTS = "network_contacts", _("contacts and network")
    NETWORK_PUBLIC = "network_public", _("access to beneficiaries")
    NETWORK_VISIBILITY = "network_visibility", _("visibility")


class Mode(models.TextChoices):
    """The four categories of partnership of the register."""

    PATRONAGE = "patronage", _("Patronage")
    RESPONSIBLE_PRACTICES = "responsible_practices", _("Responsible practices")
    ECONOMIC_COOPERATION = "economic_cooperation", _("Economic cooperation")
    SOCIETAL_INNOVATION = "societal_innovation", _("Societal innovation")


class DigestRhythm(models.TextChoices):
    """How often members are told of new suggestions; whoever says MUTUAL only of mutual interest.

    The organisation's is the default; each member may choose another one.
    """

    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnight", _("every two weeks")
    MONTHLY = "monthly", _("every month")
    MUTUAL = "mutual", _("only when the interest is mutual, at once")
    NEVER = "never", _("never")


class IdentifierRule(models.TextChoices):
    """Why an identifier is refused; the label is the sentence shown at the field."""

    SIREN_LENGTH = "siren_length", _("A SIREN has nine digits.")
    SIREN_CHECK_DIGIT = (
        "siren_check_digit",
        _("This SIREN cannot exist: its check digit, the last one, is wrong (Luhn’s rule)."),
    )
    SIRET_LENGTH = "siret_length", _("A SIRET has fourteen digits: the SIREN, then five more.")
    SIRET_CHECK_DIGIT = (
        "siret_check_digit",
        _("This SIRET cannot exist: its check digit, the last one, is wrong (Luhn’s rule)."),
    )
    SIRET_SIREN = (
        "siret_siren",
        _("This SIRET does not begin with the SIREN given: they name two organisations."),
    )
    RNA_FORM = "rna_form", _("An RNA number is the letter W followed by nine digits.")


class ProfilePart(models.TextChoices):
    """What makes a profile complete; the label says what to do."""

    FRAGILITIES = "fragilities", _("Say which fragilities you act on or seek help on")
    OFFERS = "offers", _("Say what you can offer")
    NEEDS = "needs", _("Say what you need")
    MODES = "modes", _("Choose the forms of partnership that suit you")
    DESCRIPTION = "description", _("Introduce yourselves in a few lines")
    CONTACT = "contact", _("Name a contact person")
