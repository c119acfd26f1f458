"""A place typed as text in any form: suggestions with scripts, a choice offered without them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from phare_platform.lib.text import plain
from phare_platform.lib.validators import clean_text
from territories.places.enums import Level
from territories.places.models import Place
from territories.places.queries import place_detail, search_places, with_context
from territories.places.rules import spellings, understand

MOST_CANDIDATES = 10


@dataclass(frozen=True)
class Typed:
    """What came back from the page: the words, and the place (`level:code`) chosen for them."""

    text: str = ""
    identifier: str = ""


def _shown(value: Any) -> Typed:
    """What stands in the inputs for an initial place, or for what came back from the page."""
    if isinstance(value, Typed) and value.identifier and not value.text:
        value = Place.objects.identified(value.identifier).first() or value
    if isinstance(value, Place):
        return Typed(value.name, value.identifier)
    return value if isinstance(value, Typed) else Typed()


class PlaceInput(forms.Widget):
    """A text input `<name>_text` with a hidden `<name>` that scripts fill in as `level:code`.

    When the field finds several places, `candidates` makes the next rendering offer them as a
    choice, so that nothing depends on a script.
    """

    template_name = "territories/places/place_input.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, levels: Collection[Level] = ()):
        super().__init__(attrs)
        self.levels = list(levels)
        self.candidates: list[Place] = []

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        """The words and the identifier; a choice among candidates wins over the hidden one."""
        text = str(data.get(f"{name}_text") or "").strip()
        if f"{name}_text" in data and not text:
            return Typed()  # the words were wiped out: what was chosen for them goes too
        chosen = data.get(f"{name}_choice") or data.get(name) or ""
        return Typed(text, str(chosen).strip())

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """True when neither words nor an identifier came."""
        return name not in data and f"{name}_text" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The names of the inputs, what stands in them, and the candidates to choose from."""
        context = super().get_context(name, None, attrs)
        typed = _shown(value)
        query = urlencode([("level", str(level)) for level in self.levels])
        context["widget"] |= {
            "text_name": f"{name}_text",
            "choice_name": f"{name}_choice",
            "text": typed.text,
            "identifier": typed.identifier,
            "url": reverse("territories:search_json") + (f"?{query}" if query else ""),
            "candidates": [(p.identifier, p.name, place_detail(p)) for p in self.candidates],
        }
        return context


class TypedPlaceField(forms.Field):
    """Cleaned to a Place of one of `levels`; what is unknown or unclear is said in a sentence."""

    widget = PlaceInput
    default_error_messages = {
        "unknown_code": _("The official geographic code of 2026 has no “%(value)s”."),
        "unknown_name": _("No place answers to “%(value)s”. Check the spelling or try a postcode."),
        "wrong_level": _("“%(value)s” is not of the level asked for here."),
        "several": _("Several places answer to “%(value)s”: choose one below."),
    }

    def __init__(self, *, levels: Collection[Level] = tuple(Level), **options: Any) -> None:
        self.levels = tuple(levels)
        super().__init__(**options)
        if isinstance(self.widget, PlaceInput):
            self.widget.levels = [] if set(self.levels) == set(Level) else list(self.levels)

    def clean(self, value: Any) -> Place | None:
        """The place; None when nothing was typed and nothing is required."""
        typed = value if isinstance(value, Typed) else Typed(identifier=str(value or ""))
        clean_text([typed.text, typed.identifier])
        if not typed.text and not typed.identifier:
            self.validate(None)
            return None
        return self._chosen(typed) or self._meant(typed.text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """True when the place cleaned from `data` would be another one than `initial`."""
        typed = data if isinstance(data, Typed) else Typed()
        before = initial if isinstance(initial, Place) else None
        if before is None:
            return bool(typed.text or typed.identifier)
        return not (
            typed.identifier == before.identifier and plain(typed.text) == plain(before.name)
        )

    def _chosen(self, typed: Typed) -> Place | None:
        """The place of the identifier, unless the words were changed since it was filled in."""
        if not typed.identifier:
            return None
        found = with_context(Place.objects.identified(typed.identifier)).first()
        if typed.text and (found is None or plain(found.name) != plain(typed.text)):
            return None
        if found is None:
            raise self._refusal("unknown_code", typed.identifier)
        if found.level not in self.levels:
            raise self._refusal("wrong_level", found.name)
        return found

    def _meant(self, text: str) -> Place:
        wanted = understand(text)
        found = search_places(text, levels=self.levels, limit=MOST_CANDIDATES)
        names = spellings(wanted.words)
        meant = [place for place in found if plain(place.name) in names] or found
        if not meant:
            is_code = bool(wanted.code or wanted.beginning or wanted.siren)
            raise self._refusal("unknown_code" if is_code else "unknown_name", text)
        if len(meant) > 1:
            if isinstance(self.widget, PlaceInput):
                self.widget.candidates = meant
            raise self._refusal("several", text)
        return meant[0]

    def _refusal(self, code: str, value: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"value": value})
