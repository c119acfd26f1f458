"""Why two organisations are suggested to each other, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from partnerships.matching.enums import Component
from partnerships.matching.queries import phrases
from partnerships.matching.rules import DomainFact, Explanation, Part, Unknown
from partnerships.organisations.enums import Kind
from phare_platform.lib.formats import decimal, ordinal
from territories.places.models import Place

MOST_DOMAINS, MOST_MEANS, MOST_CLAUSES, MOST_RAISES = 2, 2, 3, 2
LOWEST_RANK_TOLD = 5  # beyond it, "12th priority" would be a reason against
Span = tuple[str, bool]  # words, and whether they are the important ones
Clause = tuple[str, dict[str, tuple[Span, ...]]]  # a text with `{names}`, and the words for them


@dataclass(frozen=True)
class Sentence:
    """Clauses put one after the other; their important words are strong in HTML."""

    clauses: tuple[Clause, ...]

    @property
    def html(self) -> SafeString:
        """The sentence with its important words in bold."""
        told = [
            (format_html(text, **{n: _marked(spans) for n, spans in words.items()}),)
            if words
            else (text,)
            for text, words in self._capitalised()
        ]
        return format_html("{}.", format_html_join(_between(), "{}", told))

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        told = [
            text.format(**{name: _bare(spans) for name, spans in words.items()})
            for text, words in self._capitalised()
        ]
        return _between().join(told) + "."

    def _capitalised(self) -> list[Clause]:
        return [
            (text if place else capfirst(text), words)
            for place, (text, words) in enumerate(self.clauses)
        ]


def _marked(spans: tuple[Span, ...]) -> SafeString:
    marked = [(format_html("<b>{}</b>", text) if strong else text,) for text, strong in spans]
    return format_html_join("", "{}", marked)


def _bare(spans: tuple[Span, ...]) -> str:
    return "".join(text for text, _strong in spans)


class Pair(NamedTuple):
    """What the other brings us, what we bring to them, and the words that go with it.

    `notes` are the other's few words about what it offers, by kind of means; `places` those that
    state priorities, by key.
    """

    brings: Explanation
    gives: Explanation
    notes: Mapping[str, str]
    places: Mapping[int, Place]


def _between() -> str:
    return pgettext("between two clauses", "; ")


def reason_of(pair: Pair) -> Sentence:
    """The reason in at most three clauses: the domains that fit, then the means that do."""
    clauses = [*_on_domains(pair), *_means(pair), *_needed(pair)]
    return Sentence(tuple(clauses[:MOST_CLAUSES] or [(_("you work in the same places"), {})]))


def _on_domains(pair: Pair) -> list[Clause]:
    """What we look for and they act on, else what both act on; then what they look for.

    A domain is named once.
    """
    ours = pair.brings.part(Component.COMPLEMENTARY).fitting[:MOST_DOMAINS]
    both = () if ours else pair.brings.part(Component.SHARED).fitting[:MOST_DOMAINS]
    named = {fact.domain for fact in (*ours, *both)}
    theirs = [
        fact
        for fact in pair.gives.part(Component.COMPLEMENTARY).fitting
        if fact.domain not in named
    ][:MOST_DOMAINS]
    clauses: list[Clause] = []
    if ours:
        words = _domains(ours, pair.brings, pair.places)
        clauses.append((_("you look for help on {domains}, where they act"), {"domains": words}))
    if both:
        words = _domains(both, pair.brings, pair.places)
        clauses.append((_("you both act on {domains}"), {"domains": words}))
    if theirs:
        words = _domains(theirs, pair.gives, {})
        clauses.append((_("they look for help on {domains}, where you act"), {"domains": words}))
    return clauses


def _means(pair: Pair) -> list[Clause]:
    matched = pair.brings.part(Component.RESOURCES).matched[:MOST_MEANS]
    if not matched:
        return []
    words = [(phrases.means(code), _aside(pair.notes.get(code, ""))) for code in matched]
    return [(_("they offer {means}, which you need"), {"means": _spans(words)})]


def _needed(pair: Pair) -> list[Clause]:
    matched = pair.gives.part(Component.RESOURCES).matched[:MOST_MEANS]
    if not matched:
        return []
    words = [(phrases.means(code), "") for code in matched]
    return [(_("they need {means}, which you offer"), {"means": _spans(words)})]


def _domains(
    facts: Sequence[DomainFact], explanation: Explanation, places: Mapping[int, Place]
) -> tuple[Span, ...]:
    """These domains; the first one with its rank where the territory names it."""
    words = [(phrases.domain(fact.domain), "") for fact in facts]
    place = places.get(explanation.priority_place or 0)
    rank = facts[0].rank
    if place and rank and rank <= LOWEST_RANK_TOLD:
        told = {
            "rank": ordinal(rank, language=get_language() or "fr", feminine=True),
            "of_place": phrases.of_place(place),
        }
        words[0] = (words[0][0], _aside(_("%(rank)s priority %(of_place)s") % told))
    return _spans(words)


def _aside(text: str) -> str:
    return f" ({text})" if text else ""


def _spans(words: Sequence[tuple[str, str]]) -> tuple[Span, ...]:
    """Important words, each with what is said of it aside, one after the other."""
    spans: list[Span] = []
    for place, (word, aside) in enumerate(words):
        if place:
            spans.append((pgettext("between two words", " and "), False))
        spans += [(word, True), (aside, False)]
    return tuple(spans)


def headline_of(name: str, pair: Pair) -> str:
    """The best reason in a few words, for the subject of a message."""
    if pair.brings.part(Component.COMPLEMENTARY).fitting:
        return _("%(name)s acts where you look for help") % {"name": name}
    if pair.gives.part(Component.COMPLEMENTARY).fitting:
        return _("%(name)s looks for help where you act") % {"name": name}
    if both := pair.brings.part(Component.SHARED).fitting:
        words = {"name": name, "domain": phrases.domain(both[0].domain)}
        return _("%(name)s acts on %(domain)s, like you") % words
    return _("%(name)s could work with you") % {"name": name}


def nearness_of(part: Part) -> str:
    """How far the other's home is, in words."""
    if part.level == "municipality":
        return _("same municipality")
    if part.distance_km is not None:
        km = max(1, round(part.distance_km))
        return _("%(km)s km") % {"km": decimal(km, language=get_language() or "fr")}
    return {
        "intermunicipality": _("same intermunicipality"),
        "department": _("same department"),
        "region": _("same region"),
    }.get(part.level or "", _("distance not known"))


def fact_of(part: Part) -> str:
    """What stands behind the points of one component, in a few words; never empty."""
    if not part.is_answered:
        return {
            Component.COMPLEMENTARY: _("not declared: the points go to the other lines"),
            Component.SHARED: _("not declared: the points go to the other lines"),
        }.get(part.component, _("nothing declared: the points go to the other lines"))
    if part.component in (Component.COMPLEMENTARY, Component.SHARED):
        words = [phrases.domain(fact.domain) for fact in part.fitting]
        return phrases.listed(words) or _("no domain in common")
    if part.component == Component.RESOURCES:
        words = [phrases.means(code) for code in part.matched]
        return phrases.listed(words) or _("nothing that fits")
    if part.component == Component.MODES:
        return phrases.listed([phrases.mode(code) for code in part.matched]) or _("none in common")
    if part.component == Component.PROXIMITY:
        return nearness_of(part)
    kinds = [str(Kind(kind).label) for kind in dict.fromkeys(part.kinds or ())]
    return phrases.listed(kinds) if len(kinds) > 1 else _("the same world")


class Raises(NamedTuple):
    """What would raise a match, in sentences: what we could do, and what depends on them."""

    ours: list[str]
    theirs: list[str]


def raises_of(pair: Pair) -> Raises:
    """What would raise this match, on both sides.

    Of theirs only what their profile shows to everyone: what it leaves open, and what we need
    that it does not offer.
    """
    ours = [_untold(unknown) for unknown in pair.brings.unknowns if unknown.who == "one"]
    if words := _missing(pair.gives):
        ours.append(
            _("They also need %(means)s: declare it if you can bring it.") % {"means": words}
        )
    theirs = [_untold(unknown) for unknown in pair.brings.unknowns if unknown.who == "other"]
    silent = {unknown.what for unknown in pair.brings.unknowns if unknown.who == "other"}
    if "offers" not in silent and (words := _missing(pair.brings)):
        theirs.append(
            _("You also need %(means)s, which they do not offer: ask them.") % {"means": words}
        )
    return Raises(ours, theirs)


def _missing(explanation: Explanation) -> str:
    """What one side needs and the other does not offer, in words; empty where nothing is."""
    missing = explanation.part(Component.RESOURCES).missing[:MOST_MEANS]
    return phrases.listed([phrases.means(code) for code in missing])


def _untold(unknown: Unknown) -> str:
    sentence = {
        ("one", "acts"): _("Say what you act on."),
        ("one", "seeks"): _("Say on what you look for help."),
        ("one", "offers"): _("Declare what you can offer."),
        ("one", "needs"): _("Declare what you need."),
        ("one", "modes"): _("Choose the forms of partnership that suit you."),
        ("other", "acts"): _("They have not said what they act on."),
        ("other", "seeks"): _("They have not said on what they look for help."),
        ("other", "offers"): _("They have not said what they can offer."),
        ("other", "needs"): _("They have not said what they need."),
        ("other", "modes"): _("They have not chosen their forms of partnership."),
    }[unknown.who, unknown.what]
    points = (unknown.points + 50) // 100
    depends = ngettext("%(n)d point depends on it.", "Up to %(n)d points depend on it.", points) % {
        "n": points
    }
    return f"{sentence} {depends}"
