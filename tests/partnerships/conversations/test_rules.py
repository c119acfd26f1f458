"""What is kept of a message, and which links may be followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.conversations.rules import Piece, clean, pieces


def test_lines_stay_and_what_cannot_be_seen_goes():
    assert clean("  Bonjour,\r\n\r\nà mardi\t?\x00\x07\u202e \n") == "Bonjour,\n\nà mardi\t?"
    assert clean(" \n\u200e ") == ""


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


@given(st.text() | st.text(alphabet="htps:/.a-@ ?\n", max_size=60))
def test_the_pieces_put_together_are_the_text(text):
    assert "".join(piece.text for piece in pieces(text)) == text


@pytest.mark.parametrize(
    "url",
    [
        "https://phare.example/",
        "https://www.ville-de-x.fr/agenda?mois=11&jour=3#haut",
        "https://a.b.org/Aé",
    ],
)
def test_a_plain_https_address_may_be_followed(url):
    assert pieces(f"Voir {url}.") == [Piece("Voir "), Piece(url, url), Piece(".")]


@pytest.mark.parametrize(
    "text",
    [
        "http://phare.example/",
        "javascript:alert(1)",
        "HTTPS://PHARE.EXAMPLE@evil.example/",
        "https://phare.example@evil.example/",
        "https://user:word@phare.example/",
        "https://phare.example:8443/",
        "https://xn--phre-1na.example/",
        "https://phаre.example/",  # with a Cyrillic letter
        "https://192.168.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[bad",
        "https://",
        "data:text/html,x",
    ],
)
def test_any_other_address_stays_words(text):
    assert pieces(f"Voir {text} ici") == [Piece(f"Voir {text} ici")]
