"""From answers to scores, exactly: fractions inside, two decimals only where a score is stored.

The computation is the register's: for one respondent and one impact, the mean of the answered
items times 25, at least 4 of 6 items answered; the score of an impact is the mean over partners;
the gap is the highest minus the lowest partner, an alert from 25; the evidence rate is the share
of strong answers (3 or 4) that show their evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from partnerships.evaluation.enums import Band, Impact, QuestionKind

ITEMS: Mapping[str, tuple[str, ...]] = {
    Impact.INNOVATION: ("I1", "I2", "I3", "I4", "I5", "I6"),
    Impact.PERFORMANCE: ("P1", "P2", "P3", "P4", "P5", "P6"),
    Impact.TRUST: ("T1", "T2", "T3", "T4", "T5", "T6"),
}
FEWEST_ANSWERS = 4
LOWEST, HIGHEST = 0, 4
POINTS_PER_STEP = 25
ALERT_FROM = 25
STRONG_FROM = 3
BANDS = ((40, Band.WEAK), (60, Band.PARTIAL), (80, Band.GOOD))  # below each limit; then strong
MOST_TEXT, MOST_EVIDENCE, MOST_NUMBER = 2000, 500, Decimal("9999999999.99")


@dataclass(frozen=True, kw_only=True)
class Given:
    """The answer to one question; which part counts depends on the kind of the question."""

    value: int | None = None
    not_applicable: bool = False
    number: Decimal | None = None
    codes: tuple[str, ...] = ()
    text: str = ""
    evidence: str = ""

    @property
    def is_answered(self) -> bool:
        """True when something was said, “not relevant” included."""
        said = self.value is not None or self.number is not None
        return said or self.not_applicable or bool(self.codes) or bool(self.text.strip())


@dataclass(frozen=True)
class PartnerScore:
    """One partner's score of an impact, 0 to 100, None below four answers."""

    value: Fraction | None
    answered: int


def partner_score(values: Iterable[int | None]) -> PartnerScore:
    """The score of one partner from the values 0 to 4 of an impact's items (None: left out)."""
    answered = [value for value in values if value is not None]
    if len(answered) < FEWEST_ANSWERS:
        return PartnerScore(None, len(answered))
    return PartnerScore(Fraction(sum(answered) * POINTS_PER_STEP, len(answered)), len(answered))


def mean_score(scores: Iterable[Fraction | None]) -> Fraction | None:
    """The score of the partnership: the mean over the partners that have one."""
    known = [score for score in scores if score is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def gap_between(scores: Iterable[Fraction | None]) -> Fraction | None:
    """How far the partners are apart, 0 to 100; None with fewer than two scores."""
    known = [score for score in scores if score is not None]
    return max(known) - min(known) if len(known) > 1 else None


def is_alert(gap: Fraction | Decimal | None) -> bool:
    """True when the partners see things so differently that they should talk: from 25."""
    return gap is not None and gap >= ALERT_FROM


def evidence_rate(answers: Iterable[Given]) -> Fraction | None:
    """The share of strong answers (3, 4) that show evidence, 0 to 1; None without any."""
    strong = [a for a in answers if a.value is not None and a.value >= STRONG_FROM]
    if not strong:
        return None
    return Fraction(sum(bool(a.evidence.strip()) for a in strong), len(strong))


def band(score: Fraction | Decimal | None) -> Band | None:
    """How the score, rounded as it is shown, is read: 0-39 weak, 40-59 partial, 60-79 good."""
    if score is None:
        return None
    shown = as_shown(score)
    return next((name for limit, name in BANDS if shown < limit), Band.STRONG)


def as_shown(score: Fraction | Decimal) -> int:
    """A score as a whole number, halves upwards."""
    return int(_rounded(score, Decimal(1)))


def as_stored(score: Fraction | None) -> Decimal | None:
    """A score with the two decimals of its column, halves upwards."""
    return None if score is None else _rounded(score, Decimal("0.01"))


def _rounded(score: Fraction | Decimal, step: Decimal) -> Decimal:
    exact = Fraction(score) / Fraction(step)
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return (Decimal(whole) * step).quantize(step, ROUND_HALF_UP)


def fault(kind: str, given: Given, choices: Sequence[str]) -> str | None:
    """What is wrong with an answer to a question of this kind, or None.

    Rules: `value_range`, `value_and_na`, `choice_unknown`, `choice_many`, `choice_twice`,
    `number_range`, `text_long`, `evidence_long`.
    """
    wrong = {
        "value_range": given.value is not None and not LOWEST <= given.value <= HIGHEST,
        "value_and_na": given.value is not None and given.not_applicable,
        "choice_unknown": not set(given.codes) <= set(choices),
        "choice_many": kind == QuestionKind.CHOICE and len(given.codes) > 1,
        "choice_twice": len(set(given.codes)) < len(given.codes),
        "number_range": given.number is not None and not 0 <= given.number <= MOST_NUMBER,
        "text_long": len(given.text) > MOST_TEXT,
        "evidence_long": len(given.evidence) > MOST_EVIDENCE,
    }
    return next((rule for rule, breaks in wrong.items() if breaks), None)


def only_what_counts(kind: str, given: Given) -> Given:
    """The answer with only the part that its kind of question asks for."""
    if kind == QuestionKind.SCALE:
        return Given(
            value=given.value, not_applicable=given.not_applicable, evidence=given.evidence.strip()
        )
    if kind == QuestionKind.NUMBER:
        return Given(number=given.number)
    if kind == QuestionKind.OPEN:
        return Given(text=given.text.strip())
    return Given(codes=given.codes)


def unanswered(answers: Mapping[str, Given]) -> list[str]:
    """The items of the three impacts without any answer; “not relevant” is one."""
    items = (code for codes in ITEMS.values() for code in codes)
    return [code for code in items if code not in answers or not answers[code].is_answered]
