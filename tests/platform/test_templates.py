"""What every template keeps to: the content security policy, icons that exist, legible colours."""

import re
from html import unescape
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = (ROOT / "static/phare/phare.css").read_text(encoding="utf-8")
SPRITE = (ROOT / "static/phare/icons.svg").read_text(encoding="utf-8")
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "a script address in a link": r"javascript:",
    "an inline script": r"<script(?![^>]*\b(?:src|application/json))",
    "something from another host": r"""(?:src|href)=["']https?://""",
}
AA = 4.5


def name(path):
    return str(path.relative_to(ROOT))


def markup(path):
    """A template without its comments, which may speak of what they forbid."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)
    return re.sub(r"\{#.*?#\}", "", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_breaks_no_rule_of_the_policy(path):
    for what, pattern in FORBIDDEN.items():
        assert not re.search(pattern, markup(path)), f"{name(path)} holds {what}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_the_icons_of_a_template_exist(path):
    known = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
    used = set(re.findall(r'\{% icon "([^"]+)"', markup(path)))
    used |= set(
        re.findall(r'\{% badge [^%]*"(?:good|warn|bad|info|neutral)" "([^"]+)"', markup(path))
    )
    assert used <= known, f"{name(path)} asks for {sorted(used - known)}"


def test_the_sprite_has_an_icon_for_each_domain_axis_and_kind():
    wanted = {f"D{n:02}" for n in range(1, 17)} | {"economic", "social", "societal"}
    wanted |= {"environmental", "association", "company", "municipality", "university"}
    assert wanted <= set(re.findall(r'<symbol id="([^"]+)"', SPRITE))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_word_of_a_template_escapes_translation(path):
    if "pages/components" in name(path) or path.name in ("400.html", "500.html"):
        pytest.skip("a development tool, and the pages of last resort, written in both languages")
    text = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", markup(path), flags=re.DOTALL)
    text = re.sub(r"<(style|title)[^>]*>.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"\{% block main_class %\}[^{]*", "", text)  # a class, not a word
    text = unescape(re.sub(r"\{[%{].*?[%}]\}", "", text, flags=re.DOTALL))
    text = re.sub(r"<[^>]+>", " ", text)
    names = {"PHARE", "Français", "English", "CSV", "API", "PDF", "SIREN", "SIRET", "RNA"}
    words = set(re.findall(r"[^\W\d_]{3,}", text)) - names
    assert not words, f"{name(path)}: {sorted(words)}"


def token(label):
    found = re.search(rf"--phare-{label}: (#[0-9a-f]{{3,6}});", STYLES)
    assert found, f"no colour --phare-{label}"
    return found[1]


def luminance(colour):
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(d * 2 for d in digits)
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_that_of_the_standard():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


PAIRS = [
    *product(("ink", "soft", "night", "sea"), ("paper", "card", "sand")),
    *product(("economic", "social", "societal", "environmental"), ("card", "paper")),
    ("good", "good-bg"),
    ("warn", "warn-bg"),
    ("bad", "bad-bg"),
    ("bad", "card"),
    ("info", "info-bg"),
    ("card", "night"),
    ("night", "beam"),
    ("ink", "beam-soft"),
]


@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_words_are_legible_on_their_ground(pair):
    assert contrast(*(token(label) for label in pair)) >= AA


def test_the_border_of_a_control_and_the_focus_are_seen():
    assert contrast(token("edge"), token("card")) >= 3
    assert contrast(token("beam"), token("night")) >= 3
    assert contrast(token("night"), token("paper")) >= 3


@pytest.mark.parametrize("kind", ["fragile", "active"])
@pytest.mark.parametrize("level", range(6))
def test_the_number_in_a_heat_cell_is_legible(kind, level):
    rule = re.search(rf"\.heat-{kind}-{level} {{([^}}]+)}}", STYLES)[1]
    ground = re.search(r"background: (#[0-9a-f]{3,6})", rule)[1]
    assert contrast("#ffffff" if "color: #fff" in rule else token("ink"), ground) >= AA


def test_literal_colours_are_those_of_the_style_sheet():
    from phare_platform.lib.rose import LITERAL

    for label, colour in LITERAL.items():
        written = token(label)
        assert luminance(written) == pytest.approx(luminance(colour)), label
