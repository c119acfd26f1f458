"""Every field of every form has a label, and its help and errors are tied to it."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from phare_platform.lib.forms import PhareRenderer

CHOICES = [("a", "Alpha"), ("b", "Beta")]


class Sample(forms.Form):
    name = forms.CharField(help_text="As in the statutes.")
    text = forms.CharField(widget=forms.Textarea(attrs={"class": "tall"}), required=False)
    kind = forms.ChoiceField(choices=CHOICES)
    level = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, help_text="From 1 to 3.")
    tags = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    founded_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    paper = forms.FileField(required=False)
    agreed = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self):
        raise forms.ValidationError("Both dates are the same.")


class Page(HTMLParser):
    """The elements of a page with their attributes, and the words outside them."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def all(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]

    def one(self, **attrs):
        found = [a for _tag, a in self.elements if attrs.items() <= a.items()]
        assert len(found) == 1, (attrs, found)
        return found[0]


def rendered(form):
    with translation.override("en"):
        return str(form)


@pytest.fixture
def blank():
    return Page(rendered(Sample()))


@pytest.fixture
def refused():
    return Page(rendered(Sample({"level": "z"})))


def test_the_renderer_of_the_site_is_ours():
    assert isinstance(Sample().renderer, PhareRenderer)


def test_every_control_has_a_label_of_its_own(blank):
    labelled = {label.get("for") for label in blank.all("label")}
    controls = [c for c in blank.all("input", "select", "textarea") if c.get("type") != "hidden"]
    assert len(controls) == 10
    assert {control["id"] for control in controls} == labelled
    assert len({control["id"] for control in controls}) == len(controls)


def test_choices_are_a_group_with_a_legend(blank):
    assert len(blank.all("fieldset")) == len(blank.all("legend")) == 2


@pytest.mark.parametrize(
    ("name", "css"),
    [
        ("name", "form-control"),
        ("text", "tall form-control"),
        ("kind", "form-select"),
        ("founded_on", "form-control"),
        ("paper", "form-control"),
        ("agreed", "form-check-input"),
    ],
)
def test_a_widget_carries_the_class_of_its_kind(blank, name, css):
    assert blank.one(name=name)["class"] == css


def test_a_hidden_field_carries_nothing(blank):
    assert "class" not in blank.one(name="token")


def test_help_is_tied_to_its_field(blank):
    assert blank.one(name="name")["aria-describedby"] == "id_name_helptext"
    assert blank.one(id="id_name_helptext")
    assert blank.all("fieldset")[0]["aria-describedby"] == "id_level_helptext"


def test_an_error_is_tied_to_its_field_and_says_so(refused):
    name = refused.one(name="name")
    assert name["aria-invalid"] == "true"
    assert name["aria-describedby"] == "id_name_helptext id_name_error"
    assert "is-invalid" in name["class"]
    assert refused.one(id="id_name_error")
    level = refused.all("fieldset")[0]
    assert level["aria-describedby"] == "id_level_helptext id_level_error"
    assert refused.one(id="id_agreed_error")


def test_what_is_wrong_is_told_first_with_a_link_to_each_field(refused):
    html = rendered(Sample({"level": "z"}))
    assert html.index("data-focus") < html.index('name="name"')
    assert "Both dates are the same." in html
    links = {link["href"] for link in refused.all("a")}
    assert links == {"#id_name", "#id_kind", "#id_level", "#id_tags", "#id_agreed"}
    assert {f"#{e['id']}" for _t, e in refused.elements if "id" in e} >= links


def test_the_words_of_a_person_are_never_markup():
    form = Sample({"name": "<script>alert(1)</script>"})
    form.fields["name"].label = "<b>Name</b>"
    html = rendered(form)
    assert "<script>" not in html
    assert "<b>Name" not in html


def test_one_field_alone_is_rendered_alike():
    form = Sample()
    alone = Template("{% load phare %}{% field form.name %}").render(Context({"form": form}))
    assert alone.strip() == form["name"].as_field_group().strip()


def test_a_choice_can_be_written_by_hand_without_its_wrapping():
    first = Sample()["level"][0]
    assert "<label" not in first.tag()
    assert "form-check-input" in first.tag()


def test_a_placeholder_that_repeats_the_label_is_dropped():
    class Sign(forms.Form):
        email = forms.CharField(
            label="Email", widget=forms.TextInput(attrs={"placeholder": "Email"})
        )
        site = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "https://"}))

    html = str(Sign())
    assert 'placeholder="Email"' not in html
    assert 'placeholder="https://"' in html
