"""The questionnaire as a form: one field per question, and the evidence beside the scales."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from partnerships.evaluation import rules
from partnerships.evaluation.enums import NOT_APPLICABLE, SCALE, QuestionKind
from partnerships.evaluation.models import Question
from partnerships.evaluation.queries import QuestionBlock
from partnerships.evaluation.rules import Given
from phare_platform.lib.bilingual import reads_english


@dataclass(frozen=True)
class Item:
    """A question on the page: its fields (several for a ranking), and that of its evidence."""

    question: Question
    fields: list[BoundField]
    evidence: BoundField | None


class AnswersForm(forms.Form):
    """The answers of one partner. `final` asks for every item of the three impacts."""

    use_required_attribute = False

    def __init__(
        self,
        *args: Any,
        blocks: list[QuestionBlock],
        given: Mapping[str, Given],
        final: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts = blocks
        for question in self._questions():
            self._add(question, given.get(question.code, Given()), final=final)

    def blocks(self) -> Iterator[tuple[QuestionBlock, list[Item]]]:
        """The parts of the questionnaire with their fields, for the page."""
        for part in self.parts:
            yield part, [self._item(question) for question in part.questions]

    def answers(self) -> dict[str, Given]:
        """What was answered, by question; call it on a valid form."""
        return {question.code: self._given(question) for question in self._questions()}

    def clean(self) -> None:
        """An objective is ranked once. Errors stand at the second rank that repeats one."""
        for question in self._questions():
            if question.kind == QuestionKind.RANK:
                seen: set[str] = set()
                for name in _rank_names(question):
                    code = self.cleaned_data.get(name, "")
                    if code and code in seen:
                        self.add_error(name, _("This one is ranked already."))
                    seen.add(code)

    def _questions(self) -> Iterator[Question]:
        for part in self.parts:
            yield from part.questions

    def _item(self, question: Question) -> Item:
        names = _rank_names(question) if question.kind == QuestionKind.RANK else [question.code]
        evidence = f"{question.code}_evidence"
        return Item(
            question=question,
            fields=[self[name] for name in names],
            evidence=self[evidence] if evidence in self.fields else None,
        )

    def _add(self, question: Question, given: Given, *, final: bool) -> None:
        code, kind = question.code, question.kind
        if kind == QuestionKind.SCALE:
            self.fields[code] = _scale(question, given, final=final)
            if question.evidence:
                self.fields[f"{code}_evidence"] = _evidence(question, given)
        elif kind == QuestionKind.RANK:
            for place, name in enumerate(_rank_names(question)):
                self.fields[name] = _rank(question, given, place)
        else:
            make = {
                QuestionKind.CHOICE: _choice,
                QuestionKind.MULTI: _multi,
                QuestionKind.NUMBER: _number,
                QuestionKind.OPEN: _open,
            }[QuestionKind(kind)]
            self.fields[code] = make(question, given)

    def _given(self, question: Question) -> Given:
        code, data = question.code, self.cleaned_data
        if question.kind == QuestionKind.SCALE:
            said = data[code]
            return Given(
                value=int(said) if said.isdecimal() else None,
                not_applicable=said == NOT_APPLICABLE,
                evidence=data.get(f"{code}_evidence", ""),
            )
        if question.kind == QuestionKind.NUMBER:
            return Given(number=data[code])
        if question.kind == QuestionKind.OPEN:
            return Given(text=data[code])
        if question.kind == QuestionKind.RANK:
            ranks = [data[name] for name in _rank_names(question)]
            return Given(codes=tuple(code for code in ranks if code))
        chosen = data[code]
        return Given(codes=tuple(chosen) if isinstance(chosen, list) else (chosen,) * bool(chosen))


def _labels(question: Question) -> list[tuple[str, str]]:
    label = 2 if reads_english() else 1
    return [(choice[0], choice[label]) for choice in question.choices]


def _rank_names(question: Question) -> list[str]:
    return [f"{question.code}_{place}" for place in range(1, len(question.choices) + 1)]


def _scale(question: Question, given: Given, *, final: bool) -> forms.Field:
    said = NOT_APPLICABLE if given.not_applicable else given.value
    return forms.ChoiceField(
        label=question.text,
        choices=[(v, label if v == NOT_APPLICABLE else f"{v} · {label}") for v, label in SCALE],
        widget=forms.RadioSelect,
        required=final,
        initial=None if said is None else str(said),
        error_messages={"required": _("Choose an answer; “not relevant” is one.")},
    )


def _evidence(question: Question, given: Given) -> forms.Field:
    return forms.CharField(
        label=_("Evidence: %(what)s") % {"what": question.evidence},
        max_length=rules.MOST_EVIDENCE,
        required=False,
        initial=given.evidence,
        help_text=_("Asked for behind a 3 or a 4; a sentence or a link is enough."),
    )


def _rank(question: Question, given: Given, place: int) -> forms.Field:
    return forms.ChoiceField(
        label=_("Rank %(n)d") % {"n": place + 1},
        choices=[("", "–"), *_labels(question)],
        required=False,
        initial=given.codes[place] if place < len(given.codes) else "",
    )


def _choice(question: Question, given: Given) -> forms.Field:
    return forms.ChoiceField(
        label=question.text,
        choices=_labels(question),
        widget=forms.RadioSelect,
        required=False,
        initial=given.codes[0] if given.codes else None,
    )


def _multi(question: Question, given: Given) -> forms.Field:
    return forms.MultipleChoiceField(
        label=question.text,
        choices=_labels(question),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=list(given.codes),
    )


def _number(question: Question, given: Given) -> forms.Field:
    return forms.DecimalField(
        label=question.text,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        required=False,
        localize=True,
        initial=given.number,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


def _open(question: Question, given: Given) -> forms.Field:
    return forms.CharField(
        label=question.text,
        max_length=rules.MOST_TEXT,
        required=False,
        initial=given.text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
