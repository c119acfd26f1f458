"""The published figures that ship, each with source, date and status."""

import pytest
from django.utils import translation

from territories.perceptions.enums import Actor, FigureStatus
from territories.perceptions.models import Figure
from territories.perceptions.services import FILES, load_figures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded():
    load_figures()


def test_the_home_page_has_its_four_figures_in_order():
    shown = Figure.objects.filter(headline__isnull=False).order_by("headline")
    assert [(figure.value, figure.unit) for figure in shown] == [
        (87, "%"),
        (69, "%"),
        (1_200_000, "count"),
        (46, "%"),
    ]
    with translation.override("fr"):
        assert shown[1].source_label == "PHARE-Citoyens, septembre 2015, n\xa0=\xa02\xa0024"
    with translation.override("en"):
        assert shown[1].source_label == "PHARE-Citizens, September 2015, n\xa0=\xa02,024"


def test_the_figure_of_two_readings_says_so_and_claims_no_base():
    figure = Figure.objects.get(measure="dynamic_emerging")
    assert figure.status == FigureStatus.AMBIGUOUS
    assert figure.base_n is None
    assert "Deux lectures" in figure.note_fr
    assert "Two published readings" in figure.note_en


def test_conflicting_values_stand_side_by_side():
    notes = Figure.objects.filter(
        measure__startswith="priority_note", actor=Actor.CITIZEN, domain_number=9, territory="FR"
    ).filter(published_on="2015-09")
    assert sorted(float(figure.value) for figure in notes) == [6.6, 7.0]
    assert {figure.status for figure in notes} == {FigureStatus.WEB_ONLY, FigureStatus.CONFLICT}


def test_each_says_its_source_date_status_and_words_in_both_languages():
    for figure in Figure.objects.all():
        assert figure.source
        assert figure.published_on
        assert figure.status in FigureStatus.values
        assert figure.actor in {*Actor.values, ""}
        assert all((figure.label_fr, figure.label_en))
        assert all((figure.source_label_fr, figure.source_label_en))
        assert bool(figure.note_fr) == bool(figure.note_en)
        assert "'" not in figure.label_fr + figure.note_fr + figure.source_label_fr


def test_regional_figures_name_a_region_and_none_is_spread_over_domains():
    regional = Figure.objects.exclude(territory="FR")
    assert {figure.territory for figure in regional} >= {"76", "84", "28", "24", "75", "93+94"}
    group = Figure.objects.get(measure="partnership_suited_group")
    assert group.domain_number is None


def test_a_second_load_has_nothing_to_do_and_a_changed_value_is_taken(tmp_path):
    assert not load_figures().changed
    changed = []
    for path in FILES:
        copy = tmp_path / path.name
        text = path.read_text(encoding="utf-8")
        copy.write_text(text.replace("mayor,,FR,87,%", "mayor,,FR,88,%"), encoding="utf-8")
        changed.append(copy)
    assert load_figures(files=tuple(changed)).changed
    assert Figure.objects.get(headline=1).value == 88
    assert Figure.objects.count() == 77
