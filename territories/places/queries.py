"""Finding places: as one types, by code, and what to write beside their name."""

from collections.abc import Collection
from typing import cast

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, F, IntegerField, Prefetch, Q, Value, When

from territories.places.enums import Level
from territories.places.models import SIZE, Containment, Place, PlaceQuerySet
from territories.places.rules import (
    WRITTEN_BOTH_WAYS,
    Wanted,
    postcodes_beginning,
    spellings,
    understand,
)


def search_places(
    text: str, *, limit: int = 10, levels: Collection[Level] | None = None
) -> list[Place]:
    """The places that `text` may mean, the likeliest first, ready for `place_detail`.

    By name (accents, case, hyphens and apostrophes ignored; each word may be unfinished; `st` is
    `saint`), by postcode or its beginning, by code (past ones too) or by SIREN. Ranked: the exact
    name, then names that begin so, then names that hold the words, then former names; within
    each, the bigger level, then the more inhabitants.
    """
    places = Place.objects.all()
    if levels is not None:
        places = places.at(*levels)
    return list(with_context(matching(places, text))[:limit])


def matching(places: PlaceQuerySet, text: str) -> PlaceQuerySet:
    """Those of `places` that `text` may mean, ranked as `search_places` says; none for no text."""
    wanted = understand(text)
    if not wanted:
        return places.none()
    return places.filter(_condition(wanted)).order_by(
        _closeness(wanted.words), SIZE, F("population").desc(nulls_last=True), "name_key", "code"
    )


def _condition(wanted: Wanted) -> Q:
    if wanted.siren:
        return Q(siren=wanted.siren)
    if wanted.beginning:
        found = Q(code=wanted.beginning)
        completed = postcodes_beginning(wanted.beginning)
        return found | Q(postcodes__overlap=completed) if completed else found
    condition = _names(wanted.words)
    if wanted.code:
        condition &= (
            Q(postcodes__contains=[wanted.code])
            | Q(code=wanted.code)
            | Q(former_codes__contains=[wanted.code])
        )
    return condition


def _names(words: tuple[str, ...]) -> Q:
    if len(words) == 1 and len(words[0]) == 1:
        # One letter begins a word of nearly every name: ask that it begin the name (Y is a town).
        return Q(name_key__startswith=words[0])
    return Q(search=_all_words(words)) if words else Q()


def _all_words(words: tuple[str, ...], *, weight: str = "") -> SearchQuery:
    """Every word begins a word of the vector; `weight` A means the present name alone."""
    alone = f":{weight}" if weight else ""
    parts = [
        f"({word}:*{weight} | {other}{alone})"
        if (other := WRITTEN_BOTH_WAYS.get(word))
        else f"{word}:*{weight}"
        for word in words
    ]
    return SearchQuery(" & ".join(parts), search_type="raw", config="simple")


def _closeness(words: tuple[str, ...]) -> Case | Value:
    """0 the exact name, 1 a name that begins so, 2 one that holds the words, 3 a former name."""
    if not words:
        return Value(0)
    names = spellings(words)
    begins = Q()
    for name in names:
        begins |= Q(name_key__startswith=name)
    return Case(
        When(name_key__in=names, then=Value(0)),
        When(begins, then=Value(1)),
        When(search=_all_words(words, weight="A"), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def find_place(level: str, code: str) -> Place | None:
    """The place of this level and official code, if there is one."""
    return Place.objects.filter(level=level, code=code.upper()).first()


def find_municipality(code: str) -> Place | None:
    """The municipality of an INSEE code, that of a merged one or of a district included."""
    towns = Place.objects.at(Level.MUNICIPALITY)
    code = code.strip().upper()
    return towns.filter(code=code).first() or towns.filter(former_codes__contains=[code]).first()


def with_context(places: PlaceQuerySet) -> PlaceQuerySet:
    """The same places with what `place_detail` reads, in two queries for any number of them."""
    departments = Containment.objects.filter(outer__level=Level.DEPARTMENT).select_related("outer")
    return places.select_related("parent").prefetch_related(
        Prefetch("containers", departments, to_attr="in_departments")
    )


def place_detail(place: Place) -> str:
    """What tells a place from its namesakes: level, where it lies, postcode.

    `Commune · Vienne · 86000`; an intermunicipality names every department it lies in, the main
    one first. The place comes from `with_context`.
    """
    level = str(Level(place.level).label)
    lying = cast("list[Containment]", place.in_departments)  # type: ignore[attr-defined]
    departments = [one.outer for one in lying]
    if place.level == Level.INTERMUNICIPALITY:
        departments.sort(key=lambda one: (one.pk != place.parent_id, one.code))
        where = ", ".join(one.name for one in departments)
    else:
        where = place.parent.name if place.parent and place.level != Level.REGION else ""
    postcode = place.postcodes[0] if len(place.postcodes) == 1 else ""
    return " · ".join(part for part in (level, where, postcode) if part)
