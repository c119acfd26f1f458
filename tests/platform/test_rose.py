"""The rose is drawn where the numbers say, never otherwise."""

import math
import re
from xml.etree import ElementTree as ET

import pytest

from phare_platform.lib import rose

SVG = "{http://www.w3.org/2000/svg}"
WORDS = rose.Words(title="Grand Poitiers", description="Vieillissement en premier.")
FULL = [1.0] * 16
NONE = [None] * 16


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 -- our own drawing


def drawn(fill, *, line=None, meet=(), size="medium", **options):
    picture = rose.Rose(fill=fill, line=line, meet=meet)
    return parsed(rose.draw(picture, WORDS, size=size, literal=True, **options))


def paths(svg, colour, attribute="fill"):
    return [p.get("d") for p in svg.iter(f"{SVG}path") if p.get(attribute) == rose.LITERAL[colour]]


def points(path):
    """Every end point of a path made of M, L and A."""
    numbers = [float(n) for n in re.findall(r"-?\d+\.?\d*", path)]
    found, kinds = [], re.findall(r"[MLA]", path)
    for kind in kinds:
        skip = 5 if kind == "A" else 0
        found.append((numbers[skip], numbers[skip + 1]))
        numbers = numbers[skip + 2 :]
    return found


def polar(point, shape):
    """Distance from the centre and degrees clockwise from the top: the plain way back."""
    x, y = point[0] - shape.width / 2, point[1] - shape.height / 2
    return math.hypot(x, y), math.degrees(math.atan2(x, -y)) % 360


def tips(svg, size="medium"):
    """Position of each ray drawn -> how far it reaches."""
    shape, found = rose.SHAPES[size], {}
    hub = shape.radius * 0.2
    for axis, _count in rose.AXES:
        for path in paths(svg, axis):
            around = [polar(point, shape) for point in points(path)]
            far = max(distance for distance, _angle in around)
            if far > hub * 0.95:
                start = next(angle for distance, angle in around if abs(distance - far) < 0.2)
                found[int(start // 22.5)] = far
    return found


def test_sixteen_domains_stand_in_four_axes():
    assert rose.CODES[0] == "D01"
    assert rose.CODES[15] == "D16"
    counts = [rose.AXIS_OF.count(axis) for axis, _ in rose.AXES]
    assert counts == [3, 5, 6, 2]
    assert rose.AXIS_OF[8] == "societal"  # D09, the first of its axis


@pytest.mark.parametrize("place", range(16))
def test_each_ray_lies_in_its_own_sixteenth(place):
    start, end = rose.angles(place)
    assert place * 22.5 < start < end < (place + 1) * 22.5
    fill = [0.5 if i == place else 0 for i in range(16)]
    assert list(tips(drawn(fill))) == [place]


@pytest.mark.parametrize("size", ["large", "medium", "small", "glyph"])
def test_the_length_of_a_ray_is_in_proportion_to_its_value(size):
    values = [(i + 1) / 16 for i in range(16)]
    radius = rose.SHAPES[size].radius
    reached = tips(drawn(values, size=size), size)
    for place, value in enumerate(values):
        expected = 0.2 * radius + 0.8 * radius * value
        assert reached[place] == pytest.approx(expected, abs=0.15)


def test_a_ray_takes_the_colour_of_its_axis():
    svg = drawn(FULL)
    rays = {axis: len(paths(svg, axis)) - 1 for axis, _ in rose.AXES}  # less the piece of hub
    assert rays == {"economic": 3, "social": 5, "societal": 6, "environmental": 2}


def test_zero_is_an_empty_bed_and_unknown_is_hatched():
    zero, unknown = drawn([0] * 16), drawn(NONE)
    assert len(paths(zero, "bed")) == 16
    assert paths(unknown, "bed") == []
    dashed = [p for p in unknown.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    assert len(dashed) == 16
    assert not [p for p in zero.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    assert tips(zero) == tips(unknown) == {}


def test_the_hatching_stays_inside_its_ray():
    svg = drawn([None, *[0] * 15])
    shape = rose.SHAPES["medium"]
    hatch = [p.get("d") for p in svg.iter(f"{SVG}path") if p.get("opacity") == ".6"]
    assert len(hatch) == 1
    for distance, angle in (polar(point, shape) for point in points(hatch[0])):
        assert shape.radius * 0.2 - 0.1 <= distance <= shape.radius + 0.1
        assert 1.1 <= angle <= 21.4


def test_the_second_series_is_drawn_as_strokes_at_the_same_scale():
    svg = drawn([0] * 16, line=[0.5, *[None] * 15])
    strokes = paths(svg, "ink", "stroke")
    assert len(strokes) == 1
    shape = rose.SHAPES["medium"]
    for distance, _angle in (polar(point, shape) for point in points(strokes[0])):
        assert distance == pytest.approx(0.2 * 142 + 0.8 * 142 * 0.5, abs=0.15)


def test_a_beam_marks_where_two_answer_each_other_and_the_rest_turns_pale():
    svg = drawn(FULL, meet={4, 10})
    beams = paths(svg, "beam")
    shape = rose.SHAPES["medium"]
    places = {int(polar(points(path)[0], shape)[1] // 22.5) for path in beams}
    assert places == {4, 10}
    pale = [p for p in svg.iter(f"{SVG}path") if p.get("opacity") == ".5"]
    assert len(pale) == 14
    assert all(polar(points(path)[0], shape)[0] > shape.radius for path in beams)


def test_every_ray_says_its_name_and_words_are_escaped():
    words = rose.Words(title="<b>", description="a & b", captions=[f"<{i}>" for i in range(16)])
    svg = parsed(rose.draw(rose.Rose(fill=FULL), words))
    assert svg.get("role") == "img"
    assert svg.find(f"{SVG}title").text == "<b>"
    assert svg.find(f"{SVG}desc").text == "a & b"
    assert [g.find(f"{SVG}title").text for g in svg.iter(f"{SVG}g")] == words.captions


def test_a_large_rose_writes_its_labels_inside_its_frame_on_the_right_side():
    labels = [f"mot {i}|suite" for i in range(16)]
    words = rose.Words(title="t", labels=labels)
    svg = parsed(rose.draw(rose.Rose(fill=FULL), words, size="large"))
    texts = list(svg.iter(f"{SVG}text"))
    assert [t.get("text-anchor") for t in texts] == ["start"] * 8 + ["end"] * 8
    assert ["|".join(s.text for s in t) for t in texts] == labels
    for span in svg.iter(f"{SVG}tspan"):
        assert 100 < float(span.get("x")) < 540
        assert 15 < float(span.get("y")) < 485


def test_icons_are_drawn_only_when_their_file_is_named():
    assert not list(drawn(FULL).iter(f"{SVG}use"))
    uses = list(drawn(FULL, sprite="/static/phare/icons.svg").iter(f"{SVG}use"))
    assert [use.get("href") for use in uses] == [
        f"/static/phare/icons.svg#{code}" for code in rose.CODES
    ]


def test_a_glyph_keeps_to_rays_and_beams():
    svg = drawn([None, *[0.5] * 15], line=FULL, meet={3}, size="glyph")
    assert paths(svg, "ink", "stroke") == []
    assert not [p for p in svg.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    assert len(paths(svg, "beam")) == 1


def test_colours_are_those_of_the_style_sheet_on_a_page_and_literal_elsewhere():
    picture = rose.Rose(fill=FULL)
    assert "var(--phare-social)" in rose.draw(picture, WORDS)
    literal = rose.draw(picture, WORDS, literal=True)
    assert "var(" not in literal
    assert "#b3261e" in literal


@pytest.mark.parametrize(
    "wrong", [[0.5] * 15, [0.5] * 17, [1.1, *[0] * 15], [-0.1, *[0] * 15], [math.nan, *[0] * 15]]
)
def test_a_value_that_would_mislead_is_refused(wrong):
    with pytest.raises(ValueError, match=r"ray|between"):
        rose.Rose(fill=wrong)
    with pytest.raises(ValueError, match=r"ray|between"):
        rose.Rose(fill=FULL, line=wrong)


def test_a_beam_outside_the_sixteen_is_refused():
    with pytest.raises(ValueError, match="positions"):
        rose.Rose(fill=FULL, meet={16})
