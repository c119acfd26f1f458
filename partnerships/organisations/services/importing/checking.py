"""Is a row an organisation? Its words become ours, or the row is refused with a reason."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from partnerships.organisations.enums import OrganisationType
from partnerships.organisations.rules import BadIdentifier, Identifiers, clean_identifiers
from partnerships.organisations.services.importing.reading import Mapping, Row
from phare_platform.lib.text import plain
from territories.fragilities.models import Domain
from territories.places.enums import Level
from territories.places.models import Place

MOST_DOMAINS = 16

# Words of public files for what an organisation is, beyond the register's own sixteen codes.
TYPES: dict[str, str] = {
    "etablissement_scolaire": OrganisationType.UNIVERSITY,
    "enseignement_superieur": OrganisationType.UNIVERSITY,
    "entreprise": OrganisationType.SME,
    "service_public": OrganisationType.STATE_SERVICE,
    "service_etat": OrganisationType.STATE_SERVICE,
    "collectivite": OrganisationType.MUNICIPALITY,
    "collectivite_ou_public": OrganisationType.MUNICIPALITY,
    "commune": OrganisationType.MUNICIPALITY,
    "epci": OrganisationType.INTERMUNICIPALITY,
    "ess_medicosocial": OrganisationType.ASSOCIATION,
    "fondation": OrganisationType.FOUNDATION,
}


@dataclass(frozen=True)
class Refused:
    """A row that is not taken in: its line in the file, the rule, and the sentence."""

    line: int
    rule: str
    reason: str
    name: str = ""


@dataclass(frozen=True)
class Clean:
    """A row as it will be written. `home` is a municipality, or a department when only that
    is known: proximity then counts by territory instead of distance."""

    line: int
    ref: str
    name: str
    type: str
    home: int
    identifiers: Identifiers
    acts: tuple[int, ...] = ()
    seeks: tuple[int, ...] = ()
    description: str = ""
    website: str = ""
    staff: str = ""
    notes: tuple[str, ...] = field(default=())


class _Bad(Exception):
    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule


class Checker:
    """Checks rows one by one, with the places and domains read once."""

    def __init__(self, mapping: Mapping) -> None:
        """Read what rows are checked against (two queries)."""
        self._types = {**{t.value: t.value for t in OrganisationType}, **TYPES, **mapping.types}
        self._domains = self._words_of_domains() | {plain(w): n for w, n in mapping.domains.items()}
        self._communes: dict[str, int] = {}
        self._departments: dict[str, int] = {}
        places = Place.objects.at(Level.MUNICIPALITY, Level.DEPARTMENT)
        for pk, level, code, former in places.values_list("pk", "level", "code", "former_codes"):
            if level == Level.DEPARTMENT:
                self._departments[code] = pk
            else:
                self._communes |= {**dict.fromkeys(former, pk), code: pk}

    @staticmethod
    def _words_of_domains() -> dict[str, int]:
        words: dict[str, int] = {}
        for domain in Domain.objects.all():
            names = [domain.identifier, domain.code, domain.label_fr, domain.label_en]
            names += [domain.short_fr, domain.short_en]
            for word in [*domain.aliases, *names]:
                words[plain(word)] = domain.number
        return words

    def check(self, row: Row) -> Clean | Refused:
        """The row as an organisation, or the first rule it breaks."""
        name = " ".join(row.values.get("name", "").split())
        if row.trouble:
            return Refused(row.line, "unreadable", row.trouble)
        try:
            return self._clean(row, name)
        except _Bad as bad:
            return Refused(row.line, bad.rule, str(bad), name)
        except BadIdentifier as bad_number:
            return Refused(row.line, bad_number.rule.value, str(bad_number.rule.label), name)

    def _clean(self, row: Row, name: str) -> Clean:
        get = row.values.get
        if not name:
            raise _Bad("name_empty", _("the organisation has no name"))
        if len(name) > 200:
            raise _Bad("name_too_long", _("the name is longer than 200 signs"))
        kind = self._types.get(get("type", "").strip().lower())
        if kind is None:
            raise _Bad("type_unknown", _("unknown type: %(word)s") % {"word": get("type", "")[:40]})
        return Clean(
            line=row.line,
            ref=get("ref", "")[:80],
            name=name,
            type=kind,
            home=self._home(get("commune", ""), get("department", "")),
            identifiers=clean_identifiers(
                siren=get("siren", ""), siret=get("siret", ""), rna=get("rna", "")
            ),
            acts=self._numbers(get("acts", "")),
            seeks=self._numbers(get("seeks", "")),
            description=get("description", "")[:2000],
            website=self._website(get("website", "")),
            staff=get("staff", "")[:40] if len(get("staff", "")) <= 40 else "",
        )

    def _home(self, commune: str, department: str) -> int:
        commune, department = commune.upper(), department.upper()
        if commune:
            code = commune.zfill(5)
            if code not in self._communes:
                reason = _("unknown municipality code: %(code)s") % {"code": commune[:12]}
                raise _Bad("commune_unknown", reason)
            return self._communes[code]
        if department:
            code = department.zfill(2)
            if code not in self._departments:
                reason = _("unknown department code: %(code)s") % {"code": department[:12]}
                raise _Bad("department_unknown", reason)
            return self._departments[code]
        raise _Bad("no_place", _("no municipality and no department"))

    def _numbers(self, text: str) -> tuple[int, ...]:
        words = [word for word in text.replace(";", "|").split("|") if word.strip()]
        numbers = []
        for word in words[:MOST_DOMAINS]:
            number = self._domains.get(plain(word))
            if number is None:
                raise _Bad("domain_unknown", _("unknown domain: %(word)s") % {"word": word[:40]})
            numbers.append(number)
        return tuple(dict.fromkeys(numbers))

    @staticmethod
    def _website(text: str) -> str:
        if not text or " " in text or len(text) > 200:
            return ""
        return text if text.startswith(("http://", "https://")) else f"https://{text}"
