"""The sixteen domains that ship."""

from collections import Counter

import pytest
from django.utils import translation

from phare_platform.lib.text import plain
from territories.fragilities.models import Domain
from territories.fragilities.services import DOMAINS, load_domains

pytestmark = pytest.mark.django_db


def test_there_are_sixteen_on_four_axes():
    assert load_domains().rows == 16
    assert list(Domain.objects.order_by("number").values_list("number", flat=True)) == [
        *range(1, 17)
    ]
    assert Counter(Domain.objects.values_list("axis", flat=True)) == {
        "economic": 3,
        "social": 5,
        "societal": 6,
        "environmental": 2,
    }


def test_each_is_named_in_both_languages_and_fits_the_rose():
    load_domains()
    for domain in Domain.objects.all():
        assert domain.identifier in domain.aliases
        assert max(len(domain.short_fr), len(domain.short_en)) <= 25
        with translation.override("fr"):
            french = domain.label
        with translation.override("en"):
            assert domain.label
            assert domain.label == domain.label_en
        assert french == domain.label_fr


def test_no_word_means_two_domains():
    load_domains()
    meaning = {}
    for domain in Domain.objects.all():
        words = {domain.code, domain.label_fr, domain.label_en, domain.short_fr, domain.short_en}
        for word in {plain(word) for word in [*words, *domain.aliases]}:
            assert meaning.setdefault(word, domain.number) == domain.number, word


@pytest.mark.parametrize(
    ("word", "number"),
    [("chômage", 1), ("logement", 7), ("handicap", 8), ("mal_logement", 7), ("unemployment", 1),
     ("emploi_insertion", 1), ("transports", 11), ("biodiversité", 15), ("énergie", 16)],
)  # fmt: skip
def test_everyday_words_are_aliases(word, number):
    load_domains()
    assert word in Domain.objects.get(number=number).aliases


def test_a_second_load_has_nothing_to_do_and_a_changed_file_updates(tmp_path):
    assert load_domains().changed
    assert not load_domains().changed
    changed = tmp_path / "domains.csv"
    text = DOMAINS.read_text(encoding="utf-8").replace(",Santé,Health,", ",Santé publique,Health,")
    changed.write_text(text, encoding="utf-8")
    assert load_domains(file=changed).changed
    assert Domain.objects.get(number=12).label_fr == "Santé publique"
    assert Domain.objects.count() == 16
