"""The key under which names are compared: the same in Python and in SQL."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from phare_platform.lib.text import plain

NAMES = [
    *["L’Haÿ-les-Roses", "Saint-Étienne-lès-Remiremont", "Œuilly", "Château-Thierry", "Ægerter"],
    *[
        "Bourg-en-Bresse",
        "ÇA ET LÀ",
        "  Nœux – les   Mines  ",
        "“L'Éveil” (asbl)",
        "A\u00a0B\u202fC",
    ],
]
LETTERS = "àâäéèêëîïôöùûüÿçœæÀÉÔŒÆÇabzABZ09"
PIECES = st.sampled_from([*LETTERS, *"’'-–— .,;:()[]\"«»_/`´‑", "\u0301"])
UNKNOWN = ["Cn", "Co", "Cs"]  # PostgreSQL knows younger letters than Python does
ANYTHING = st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=UNKNOWN)
many = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def in_sql(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_unaccent(%s)", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("L'HAY LES ROSES", "l hay les roses"),
        ("Œuilly", "oeuilly"),
        ("Saint-Étienne", "saint etienne"),
        ("", ""),
        ("---", ""),
    ],
)
def test_accents_case_ligatures_and_hyphens_do_not_matter(name, key):
    assert plain(name) == key


def test_a_key_is_its_own_key():
    assert all(plain(plain(name)) == plain(name) for name in NAMES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_sql_agrees_on_names(name):
    assert in_sql(name) == plain(name)


@pytest.mark.django_db
@many
@given(st.text(PIECES, max_size=40))
def test_sql_agrees_on_anything_french(text):
    assert in_sql(text) == plain(text)


@pytest.mark.django_db
@many
@given(
    st.text(
        st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=UNKNOWN),
        max_size=30,
    )
)
@example("İstanbul")
@example("ΑΣ")
@example("a\x1cb")
@example("\u1680x\u2003y\u3000")
@example("ǅ")
def test_sql_agrees_on_any_unicode(text):
    assert in_sql(text) == plain(text)
