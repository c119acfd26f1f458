"""Domains, means, forms and places as they read inside a sentence, in both languages.

Labels of the register stand alone ("Mobilité, transports"); here each has its article.
"""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from partnerships.matching.enums import Component
from partnerships.organisations.enums import Mode, Resource
from territories.places.enums import Level
from territories.places.models import Place

Text = str | Promise

DOMAINS: Sequence[Text] = (
    pgettext_lazy("domain, in a sentence", "employment"),
    pgettext_lazy("domain, in a sentence", "economic development"),
    pgettext_lazy("domain, in a sentence", "living standards"),
    pgettext_lazy("domain, in a sentence", "poverty"),
    pgettext_lazy("domain, in a sentence", "isolation"),
    pgettext_lazy("domain, in a sentence", "ageing"),
    pgettext_lazy("domain, in a sentence", "poor housing"),
    pgettext_lazy("domain, in a sentence", "diversity and disability"),
    pgettext_lazy("domain, in a sentence", "safety"),
    pgettext_lazy("domain, in a sentence", "education"),
    pgettext_lazy("domain, in a sentence", "mobility"),
    pgettext_lazy("domain, in a sentence", "health"),
    pgettext_lazy("domain, in a sentence", "digital access"),
    pgettext_lazy("domain, in a sentence", "culture"),
    pgettext_lazy("domain, in a sentence", "the environment"),
    pgettext_lazy("domain, in a sentence", "the energy transition"),
)

MEANS: Mapping[str, Text] = {
    Resource.MONEY_GRANT: pgettext_lazy("means, in a sentence", "a grant or donation"),
    Resource.MONEY_INVESTMENT: pgettext_lazy("means, in a sentence", "a loan or investment"),
    Resource.MONEY_ORDER: pgettext_lazy("means, in a sentence", "purchases or orders"),
    Resource.SKILLS_MANAGEMENT: pgettext_lazy("means, in a sentence", "management skills"),
    Resource.SKILLS_DIGITAL: pgettext_lazy("means, in a sentence", "digital skills"),
    Resource.SKILLS_LEGAL: pgettext_lazy("means, in a sentence", "legal skills"),
    Resource.SKILLS_COMMUNICATION: pgettext_lazy("means, in a sentence", "communication skills"),
    Resource.SKILLS_TECHNICAL: pgettext_lazy("means, in a sentence", "technical skills"),
    Resource.SKILLS_TEACHING: pgettext_lazy("means, in a sentence", "training"),
    Resource.SKILLS_SOCIAL: pgettext_lazy("means, in a sentence", "social support skills"),
    Resource.TIME_VOLUNTEERS: pgettext_lazy("means, in a sentence", "volunteers"),
    Resource.TIME_STAFF: pgettext_lazy("means, in a sentence", "staff time"),
    Resource.TIME_INTERNS: pgettext_lazy("means, in a sentence", "interns or apprentices"),
    Resource.PREMISES_ROOM: pgettext_lazy("means, in a sentence", "rooms"),
    Resource.PREMISES_LAND: pgettext_lazy("means, in a sentence", "land or gardens"),
    Resource.GOODS_EQUIPMENT: pgettext_lazy("means, in a sentence", "equipment"),
    Resource.GOODS_FOOD: pgettext_lazy("means, in a sentence", "food"),
    Resource.GOODS_VEHICLES: pgettext_lazy("means, in a sentence", "vehicles"),
    Resource.GOODS_REUSE: pgettext_lazy("means, in a sentence", "materials to reuse"),
    Resource.DATA_STUDIES: pgettext_lazy("means, in a sentence", "studies"),
    Resource.DATA_FIELD: pgettext_lazy("means, in a sentence", "knowledge of the field"),
    Resource.NETWORK_CONTACTS: pgettext_lazy("means, in a sentence", "contacts"),
    Resource.NETWORK_PUBLIC: pgettext_lazy("means, in a sentence", "access to beneficiaries"),
    Resource.NETWORK_VISIBILITY: pgettext_lazy("means, in a sentence", "visibility"),
}
COMPONENTS: Mapping[Component, Text] = {
    Component.COMPLEMENTARY: _lazy("Complementarity"),
    Component.SHARED: _lazy("Shared subjects"),
    Component.RESOURCES: _lazy("Means"),
    Component.PROXIMITY: _lazy("Proximity"),
    Component.WORLDS: _lazy("Worlds"),
    Component.MODES: _lazy("Forms"),
}
WITH_LA = ("CC ", "CA ", "CU ", "Métropole ")


def component(component: Component) -> str:
    """A component in a word or two, for a narrow table."""
    return str(COMPONENTS[component])


def domain(number: int) -> str:
    """A domain with its article: "mobility", « la mobilité »."""
    return str(DOMAINS[number - 1])


def means(code: str) -> str:
    """A kind of means with its article."""
    return str(MEANS[code])


def mode(code: str) -> str:
    """A form of partnership, as the register names it."""
    return str(Mode(code).label)


def listed(words: Sequence[str]) -> str:
    """Words one after the other, the last one after "and"."""
    if len(words) < 2:
        return "".join(words)
    return _("%(words)s and %(last)s") % {"words": ", ".join(words[:-1]), "last": words[-1]}


def of_place(place: Place) -> str:
    """The place after "of": "of CC du Perche", « de la CC du Perche », « du Mans ».

    Departments and regions have articles that no rule gives, so the reader's own is meant: "of
    your department".
    """
    if place.level in (Level.DEPARTMENT, Level.REGION, Level.COUNTRY):
        return {
            Level.DEPARTMENT: _("of your department"),
            Level.REGION: _("of your region"),
            Level.COUNTRY: _("of the country"),
        }[Level(place.level)]
    if (get_language() or "fr").startswith("fr"):
        return _contracted(place.name)
    return f"of {place.name}"


def _contracted(name: str) -> str:
    """The French « de » before a name, merged with its article or elided."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if name.startswith("Les "):
        return f"des {name[4:]}"
    if name.startswith(WITH_LA):
        return f"de la {name}"
    return f"d’{name}" if name[:1].lower() in "aeiouyàâéèêëîïôœ" else f"de {name}"
