"""What is rendered often reads exactly like what is rendered once."""

import random
from html import unescape

import pytest
from django.utils.safestring import mark_safe

from phare_platform.outbox.rendering import render
from phare_platform.outbox.stencils import forget_stencils, render_often

DIGEST = "partnerships/matching/emails/digest"
WORDS = ["Léa & Cie", "<b>gras</b>", "l’aide", 'a "mot"', "100 %", "{{ x }}", "xx", "xx1mark"]


def entry(dice):
    return {
        "name": dice.choice(WORDS), "kind": "Association", "home": dice.choice(WORDS),
        "nearness": "12 km", "score": str(dice.randrange(100)), "rose": "cid:rose",
        "rose_alt": dice.choice(WORDS), "reason": dice.choice(WORDS),
        "reason_html": mark_safe("<b>oui</b>"), "interested": "https://x.example/?a=1&b=2",
        "later": "https://x.example/l", "declined": "https://x.example/d",
    }  # fmt: skip


def context(dice):
    entries = [entry(dice) for _ in range(dice.randint(1, 5))]
    return {
        "person": dice.choice(["", *WORDS]), "organisation": dice.choice(WORDS),
        "headline": dice.choice(WORDS), "first_reason": entries[0]["reason"],
        "others_count": len(entries) - 1, "entries": entries, "days": 30,
        "all_url": "https://x.example/", "preferences_url": "https://x.example/p",
        "pause_url": "https://x.example/p?pause=1", "unsubscribe_url": "https://x.example/u",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_says_what_the_slow_way_says(language):
    dice = random.Random(20261121)
    forget_stencils()
    for _ in range(60):
        words = context(dice)
        fast, slow = (way(DIGEST, words, language=language) for way in (render_often, render))
        assert fast.subject == slow.subject
        assert fast.text == slow.text
        assert unescape(fast.html) == unescape(slow.html)


def test_a_name_cannot_bring_markup_into_the_page():
    words = context(random.Random(1))
    words["headline"] = words["organisation"] = "<script>alert(1)</script>"
    assert "<script" not in render_often(DIGEST, words, language="fr").html


def test_what_is_no_plain_value_is_refused():
    with pytest.raises(TypeError):
        render_often(DIGEST, {**context(random.Random(1)), "first": object()}, language="fr")
