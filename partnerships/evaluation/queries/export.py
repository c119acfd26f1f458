"""A complete evaluation as lines of a file: the scores first, then every answer."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from partnerships.evaluation.queries.results import Results


def export_header() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [_("Partner"), _("Question"), _("Wording"), _("Value"), _("Answer"), _("Evidence")]


def export_rows(results: Results) -> Iterator[list[object]]:
    """The lines; the score of the partnership stands under “all partners”."""
    everyone = _("all partners")
    for impact in results.impacts:
        name = _("Score: %(impact)s") % {"impact": impact.label}
        for partner in impact.partners:
            yield [partner.organisation.name, impact.impact, name, partner.value, "", ""]
        band = impact.band.label if impact.band else ""
        yield [everyone, impact.impact, name, impact.value, str(band), ""]
        gap = _("Gap: %(impact)s") % {"impact": impact.label}
        yield [everyone, impact.impact, gap, impact.gap, _("alert") if impact.is_alert else "", ""]
    for line in (*results.context, *results.items, *results.words, *results.balance):
        for organisation, cell in zip(results.partners, line.cells, strict=True):
            code, text = line.question.code, line.question.text
            yield [organisation.name, code, text, cell.value, cell.text, cell.evidence]
