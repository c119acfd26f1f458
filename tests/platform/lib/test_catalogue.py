"""The French catalogue: every sentence found, every fault named, two branches joined."""

import io
import os
from gettext import GNUTranslations

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from phare_platform.lib.catalogue import compile_catalogues
from phare_platform.lib.catalogue.checks import french_faults, problems
from phare_platform.lib.catalogue.extraction import extract_all, extract_file
from phare_platform.lib.catalogue.pofiles import (
    as_po,
    join,
    keep_translations,
    messages_of,
    new_catalogue,
    read_catalogue,
    write_catalogue,
)
from phare_platform.management.commands import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy, gettext_lazy
a = _("plain") + gettext_lazy("two "
    "parts")
b = ngettext("%(n)d answer", "%(n)d answers", n) % {"n": n}
c = pgettext_lazy("month", "May")
d = _(variable)
"""
TEMPLATE = """{% load i18n %}
  {% if x %}
{% translate "a tag" %} it's {{ _("a variable") }} {{ x|default:_("an argument") }}
    {% endif %}
{% include "x.html" with title=_("a parameter") %}
  {% blocktranslate trimmed with who=person.name %}
     Hello {{ who }},
     all is 100% well.
  {% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} thing{% plural %}{{ n }} things{% endblocktranslate %}
{% translate "May" context "month" %}
{# translate "in a comment" #}
"""


def french(**sentences):
    """A French catalogue of these sentences; keys stand for spaces with _."""
    catalogue = new_catalogue("fr")
    for sentence, words in sentences.items():
        catalogue.add(sentence.replace("_", " "), words)
    return catalogue


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "code.py").write_text(PYTHON)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    (tmp_path / "templates" / "mail.txt").write_text('{% translate "a mail" %}')
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001.py").write_text('_("in a migration")')
    return tmp_path


def test_python_sentences_are_found(sources):
    assert set(extract_file(sources / "code.py")) == {
        (None, "plain"),
        (None, "two parts"),
        (None, ("%(n)d answer", "%(n)d answers")),
        ("month", "May"),
    }


def test_template_sentences_are_found(sources):
    assert set(extract_file(sources / "templates" / "page.html")) == {
        *[(None, "a tag"), (None, "a variable"), (None, "an argument"), (None, "a parameter")],
        (None, "Hello %(who)s, all is 100%% well."),
        (None, ("%(n)s thing", "%(n)s things")),
        ("month", "May"),
    }


def test_migrations_are_not_read_and_mail_is(sources):
    found = {key[1] for key in messages_of(extract_all([sources], language="fr"))}
    assert "a mail" in found
    assert "in a migration" not in found


def test_writing_is_stable_and_without_dates_or_lines(sources, tmp_path):
    catalogue = extract_all([sources], language="fr")
    path = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    write_catalogue(path, catalogue)
    first = path.read_bytes()
    write_catalogue(path, read_catalogue(path, language="fr"))
    assert path.read_bytes() == first
    assert b"Date" not in first
    assert b"#:" not in first


def test_an_update_keeps_translations_and_drops_what_is_gone():
    known = french(stays="reste", goes="part")
    found = french(stays="", comes="")
    kept = messages_of(keep_translations(found, known))
    assert {key[1]: message.string for key, message in kept.items()} == {
        "stays": "reste",
        "comes": "",
    }


def test_the_check_names_each_fault():
    found, known = new_catalogue("fr"), new_catalogue("fr")
    for catalogue in (found, known):
        catalogue.add("good", "bon")
    found.add("absent")
    known.add("gone", "parti")
    for sentence, words in [("empty", ""), ("for %(who)s", "pour %(qui)s"), ("why?", "pourquoi?")]:
        found.add(sentence)
        known.add(sentence, words)
    found.add(("%(n)d day", "%(n)d days"))
    known.add(("%(n)d day", "%(n)d days"), ("un jour", "des jours"))
    found.add("doubt")
    known.add("doubt", "doute", flags={"fuzzy"})
    assert problems(found, known) == [
        "fuzzy: 'doubt'",
        "left over: 'gone'",
        "missing: 'absent'",
        "no space before ; ? !: 'why?'",
        "placeholders differ: '%(n)d day'",
        "placeholders differ: 'for %(who)s'",
        "untranslated: 'empty'",
    ]


def test_a_singular_may_leave_the_number_out():
    found, known = new_catalogue("fr"), new_catalogue("fr")
    for catalogue in (found, known):
        catalogue.add(("%(n)d day", "%(n)d days"), ("un jour", "%(n)d jours"))
    assert problems(found, known) == []


@pytest.mark.parametrize(
    "text",
    [
        *["L'eau", "Pourquoi?", "Pourquoi ?", "Oui!", "Voici:", "Voici :", "«oui»", "« oui »"],
        *["Attendez...", "%(name)s :", "fin ;"],
    ],
)
def test_french_typography_is_checked(text):
    assert list(french_faults(text))


@pytest.mark.parametrize(
    "text",
    [
        *[
            "L’eau",
            "Pourquoi\u202f?",
            "Voici\u00a0:",
            "«\u00a0oui\u00a0»",
            "12:30",
            "https://a.fr/?b=1",
        ],
        *[
            '<a href="?page=2">lien</a>',
            "Pourquoi&nbsp;?",
            "%(a)s/%(b)s",
            "Quoi\u202f?!",
            "Attendez…",
        ],
    ],
)
def test_good_french_passes(text):
    assert list(french_faults(text)) == []


def test_two_branches_are_joined_and_ours_wins():
    mine = french(both="ours", ours="à nous", empty="")
    theirs = french(both="theirs", theirs="à eux", empty="plein", nothing="")
    assert join(mine, theirs) == [("", "both")]
    joined = {key[1]: message.string for key, message in messages_of(mine).items()}
    assert joined == {
        "both": "ours",
        "ours": "à nous",
        "theirs": "à eux",
        "empty": "plein",
        "nothing": "",
    }


def test_a_newer_catalogue_is_compiled_once_and_read_by_gettext(tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    write_catalogue(folder / "django.po", french(yes="oui", empty=""))
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []
    with (folder / "django.mo").open("rb") as file:
        translations = GNUTranslations(file)
    assert (translations.gettext("yes"), translations.gettext("empty")) == ("oui", "empty")
    newer = (folder / "django.mo").stat().st_mtime + 5
    os.utime(folder / "django.po", (newer, newer))
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert sorted(path.name for path in folder.iterdir()) == ["django.mo", "django.po"]


@pytest.fixture
def locale(tmp_path, settings, monkeypatch):
    """A catalogue of its own, for the sentences of a small part of the platform."""
    monkeypatch.setattr(messages, "SOURCES", ["phare_platform/outbox", "templates/outbox"])
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po"


def run(*args):
    out = io.StringIO()
    call_command("messages", *args, stdout=out)
    return out.getvalue()


def test_the_command_leads_from_nothing_to_a_complete_catalogue(locale, tmp_path):
    assert "without French" in run()
    with pytest.raises(CommandError, match="untranslated"):
        run("--check")
    wanted = read_catalogue(io.BytesIO(run("--missing").encode()), language="fr")
    for message in messages_of(wanted).values():
        message.string = message.id  # as good as French for this test, quotes and marks aside
    (tmp_path / "filled.po").write_bytes(as_po(wanted))
    run("--merge", str(tmp_path / "filled.po"))
    assert run().endswith(" 0 without French.\n")
    assert messages_of(read_catalogue(io.BytesIO(run("--missing").encode()), language="fr")) == {}
    assert locale.with_suffix(".mo").exists()


def test_what_is_missing_can_be_asked_for_one_folder(locale):
    few = run("--missing", "phare_platform/outbox/enums.py")
    assert 'msgid "in doubt"' in few
    assert 'msgid "Stop these messages"' not in few
    assert 'msgid "Stop these messages"' in run("--missing")


def test_a_file_that_is_not_there_is_named(locale):
    with pytest.raises(CommandError, match="no file"):
        run("--merge", "nowhere.po")


def test_the_catalogue_in_the_repository_is_in_its_stable_form(tmp_path):
    path = settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po"
    assert as_po(read_catalogue(path, language="fr")) == path.read_bytes()
