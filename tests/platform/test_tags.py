"""The tags write what `docs/components.md` says, and escape what they are given."""

from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from phare_platform.lib.domains import FACES, face_of


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 -- our own page


def render(source, address="/", **context):
    context["request"] = RequestFactory().get(address)
    with translation.override("en"):
        return Template("{% load phare %}" + source).render(Context(context)).strip()


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "search" %}')
    told = render("{% icon name label=label %}", name="search", label='<"x">')
    assert 'role="img" aria-label="&lt;&quot;x&quot;&gt;"' in told
    assert "aria-hidden" not in told


def test_a_badge_is_of_a_known_kind():
    good = render('{% badge text "good" %}', text="<b>")
    assert good == '<span class="badge badge-good">&lt;b&gt;</span>'
    with pytest.raises(TemplateSyntaxError, match="purple"):
        render('{% badge "x" "purple" %}')


@pytest.mark.parametrize("domain", ["D05", 5, SimpleNamespace(identifier="D05")])
def test_a_domain_is_known_by_its_code_its_number_or_itself(domain):
    html = render("{% domain_tag domain %}", domain=domain)
    assert "axis-social" in html
    assert "#D05" in html
    assert "Isolation, social link" in html


def test_a_domain_that_does_not_exist_is_an_error():
    for wrong in ("D17", 0, "employment"):
        with pytest.raises(KeyError):
            face_of(wrong)


def test_a_domain_tag_may_be_short_noted_and_a_link():
    html = render('{% domain_tag "D01" url=url note="3" short=True %}', url="/x/?a=1&b=2")
    assert html.startswith('<a class="tag axis-economic" href="/x/?a=1&amp;b=2">')
    assert "<span>Employment, integration · 3</span>" in html


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [(25, 100, "25.0%"), (7, 5, "100.0%"), (-1, 5, "0.0%"), (None, 5, "0.0%"), (3, 0, "0.0%")],
)
def test_a_meter_never_leaves_its_track(value, maximum, width):
    html = render("{% meter value maximum %}", value=value, maximum=maximum)
    assert f'class="meter-fill" width="{width}"' in html


def test_points_that_are_not_known_are_not_zero():
    row = '<table>{% points_row "Resources" points 2000 %}</table>'
    assert "not known" in render(row, points=None)
    zero = render(row, points=0)
    assert "not known" not in zero
    assert "/2,000" in zero


@pytest.mark.parametrize(
    ("value", "css"),
    [(0, "fragile-0"), (15, "fragile-1"), (50, "fragile-3"), (90, "fragile-5"), (95, "fragile-5")],
)
def test_a_heat_cell_has_six_tints(value, css):
    assert f"heat-{css}" in render('{% heat_cell value 90 "fragile" %}', value=value)


def test_a_heat_cell_without_a_value_says_so():
    assert "heat-unknown" in render("{% heat_cell value 90 %}", value=None)


def test_the_rose_of_an_organisation_is_given_by_domain():
    html = render(
        '{% rose acts line=seeks meet=meet absent=0 scale=3 size="small" title=title %}',
        title="Us & them",
        acts={"D11": 1.0, "D05": 2 / 3},
        seeks={5: 1.0},
        meet=["D05"],
    )
    assert "<title>Us &amp; them</title>" in html
    assert "Mobility, transport: 3 out of 3" in html
    assert "Isolation, social link: 2 out of 3" in html
    assert "Health: 0 out of 3" in html
    assert html.count("--phare-beam") == 1


def test_the_rose_of_a_territory_tells_the_highest_and_the_unknown():
    values = [0.1] * 14 + [0.9, None]
    html = render("{% rose values %}", values=values)
    assert "Highest: Environment, pollution, biodiversity (90)" in html
    assert "1 domain not known." in html
    assert "Energy transition: not known" in html


def test_a_large_rose_comes_with_the_one_for_narrow_screens():
    html = render('{% rose values size="large" %}', values=[0.5] * 16)
    box = parsed(html)
    assert [svg.get("class") for svg in box] == ["rose rose-wide", "rose rose-narrow"]
    assert "icons.svg" not in render('{% rose v size="large" labels=False %}', v=[0.5] * 16)


def test_a_rose_for_a_mail_needs_no_style_sheet_and_no_other_file():
    html = render('{% rose values literal=True size="large" %}', values=[0.5] * 16)
    assert "var(" not in html
    assert "<use" not in html


def test_the_table_says_what_the_rose_shows():
    html = render(
        '{% rose_table v line=w meet=m fill_label="Measured" line_label="Perceived" caption="C" %}',
        v=[0.62, *[None] * 15],
        w=[None, 0.5, *[0] * 14],
        m=["D01"],
    )
    assert html.count("<tr>") == 17
    assert html.count("not known") == 15
    assert ">62<" in html
    assert ">50<" in html
    assert html.count("<td>yes</td>") == 1
    assert 'scope="row"' in html


def page_of(number, count=187):
    return Paginator(range(count), 20).get_page(number)


def test_the_pager_keeps_the_rest_of_the_address():
    html = render("{% pager page %}", "/?kind=a&kind=b&page=3", page=page_of(3))
    assert 'href="?kind=a&amp;kind=b&amp;page=4"' in html
    assert 'aria-current="page"' in html
    assert "187 results" in html
    assert "hx-get" not in html


def test_the_pager_swaps_a_part_when_asked_and_is_silent_for_one_page():
    assert 'hx-target="#results"' in render('{% pager page target="#results" %}', page=page_of(1))
    only = render("{% pager page %}", page=page_of(1, count=1))
    assert "1 result" in only
    assert "<ul>" not in only


def test_sorting_turns_round_and_forgets_the_page():
    link = '{% sort_th "name" "Name" css="n" %}'
    assert 'href="?sort=name"' in render(link, "/?page=4")
    up = render(link, "/?sort=name&page=4")
    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-name"' in up
    down = render(link, "/?sort=-name&q=a")
    assert 'aria-sort="descending"' in down
    assert 'href="?q=a&amp;sort=name"' in down


@pytest.mark.parametrize(
    ("tag", "states"),
    [
        ('{% stage_steps "prepare" %}', ["now", "next", "next"]),
        ('{% stage_steps "evaluate" %}', ["done", "done", "now"]),
        ('{% stage_steps "closed" %}', ["done", "done", "done"]),
        ('{% stage_steps "ended" reached="accompany" %}', ["done", "next", "next"]),
        ('{% stage_steps "ended" %}', ["next", "next", "next"]),
    ],
)
def test_the_path_of_a_partnership_shows_where_it_stands(tag, states):
    items = parsed(render(tag))
    assert [item.get("class") for item in items] == states
    assert [i.get("aria-current") for i in items].count("step") == states.count("now")


def test_every_domain_has_a_face_in_both_languages():
    for language in ("fr", "en"):
        with translation.override(language):
            labels = {str(face.label) for face in FACES.values()}
            shorts = {str(face.short) for face in FACES.values()}
        assert len(labels) == len(shorts) == 16
    with translation.override("fr"):
        assert str(FACES["D07"].label) == "Mal-logement"
