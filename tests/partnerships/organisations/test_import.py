"""A file from anywhere: valid rows in, refused rows named, run again without doubles."""

import csv
import gzip
import json

import pytest
from django.core.management import CommandError, call_command

from partnerships.organisations.models import Declaration, Organisation
from partnerships.organisations.services.importing import (
    FileRefused,
    Mapping,
    import_organisations,
    preview_import,
)
from territories.fragilities.services import load_domains
from territories.places.models import Containment, Place

pytestmark = pytest.mark.django_db
HEADER = "id,nom,type_acteur,siren,code_commune,code_departement,domaines"


@pytest.fixture(autouse=True)
def geography():
    load_domains()
    department = Place.objects.create(level="department", code="86", name="Vienne")
    town = Place.objects.create(
        level="municipality", code="86194", name="Poitiers", lat=46.58, lon=0.34, parent=department,
        former_codes=["86999"],
    )  # fmt: skip
    Containment.objects.create(inner=town, outer=department)


def write(tmp_path, *lines, name="organisations.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def run(path, **options):
    return import_organisations(path, source="test", by=None, mapping=Mapping(), **options)


GOOD = "1,Les Amis du Clain,association,732829320,86194,86,isolement_lien_social|D11"


def test_a_valid_row_becomes_an_organisation_with_its_declarations_and_areas(tmp_path):
    report = run(write(tmp_path, HEADER, GOOD))
    organisation = Organisation.objects.get()
    assert (report.read, report.created, report.refused) == (1, 1, [])
    assert organisation.name == "Les Amis du Clain"
    assert organisation.kind == "association"
    assert set(Declaration.objects.values_list("domain", "side")) == {(5, "acts"), (11, "acts")}
    assert [area.place.code for area in organisation.areas.all()] == ["86"]


def test_running_again_changes_nothing(tmp_path):
    path = write(tmp_path, HEADER, GOOD, "2,Sans numéro,association,,86194,,")
    run(path)
    again = run(path)
    assert (again.created, again.already_there) == (0, 2)
    assert Organisation.objects.count() == 2


def test_the_same_organisation_twice_in_a_file_is_created_once(tmp_path):
    twice = [
        GOOD,
        GOOD.replace("1,Les", "7,LES"),
        "3,Sans,association,,86194,,",
        "4,SANS,association,,86194,,",
    ]
    report = run(write(tmp_path, HEADER, *twice))
    assert (report.created, report.already_there) == (2, 2)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("1,A,association,732829321,86194,,", "siren_check_digit"),
        ("1,A,association,73282932,86194,,", "siren_length"),
        ("1,A,association,,99999,,", "commune_unknown"),
        ("1,A,association,,,99,", "department_unknown"),
        ("1,A,association,,,,", "no_place"),
        ("1,A,licorne,,86194,,", "type_unknown"),
        ("1,A,association,,86194,,licornes", "domain_unknown"),
        ("1,,association,,86194,,", "name_empty"),
        ("1," + "A" * 201 + ",association,,86194,,", "name_too_long"),
        ("1,A,association,,86194", "unreadable"),
        ("1,A,association,,86194,,,,more", "unreadable"),
        ('1,"A,association,,86194,,', "unreadable"),
        ("1," + "A" * 10_000_000 + ",association,,86194,,", "unreadable"),
    ],
    ids=lambda value: value if len(value) < 40 else f"{value[:20]}…",
)
def test_a_bad_row_is_refused_with_its_line_and_rule_and_the_rest_goes_in(tmp_path, row, rule):
    report = run(write(tmp_path, HEADER, "8,Avant,association,,86194,,", row))
    assert [(r.line, r.rule) for r in report.refused] == [(3, rule)]
    assert report.refused[0].reason
    assert Organisation.objects.get().name == "Avant"


def test_a_row_in_another_encoding_is_refused_alone(tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        f"{HEADER}\n1,Été,association,,86194,,\n".encode()
        + "2,Été,association,,86194,,\n".encode("latin-1")
        + b"3,Hiver,association,,86194,,\n"
    )
    report = run(path)
    assert [(r.line, r.rule) for r in report.refused] == [(3, "unreadable")]
    assert {o.name for o in Organisation.objects.all()} == {"Été", "Hiver"}


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_found(tmp_path, separator):
    lines = [line.replace(",", separator) for line in (HEADER, "1,A,association,,86194,,D05")]
    assert run(write(tmp_path, *lines)).created == 1


@pytest.mark.parametrize(
    "lines",
    [
        [""],
        ["id:nom:type_acteur:code_commune", "1:A:association:86194"],
        ["id,nom,code_commune", "1,A,86194"],
        ["id,nom,type_acteur", "1,A,association"],
        ["nom,nom,type_acteur,code_commune", "A,A,association,86194"],
    ],
    ids=["empty", "wrong separator", "no type", "no place column", "a column twice"],
)
def test_a_file_without_the_right_columns_is_refused_whole(tmp_path, lines):
    with pytest.raises(FileRefused):
        run(write(tmp_path, *lines))
    assert not Organisation.objects.exists()


def test_gzip_byte_order_mark_and_lines_inside_quotes_are_read(tmp_path):
    path = tmp_path / "o.csv.gz"
    text = (
        f'\ufeff{HEADER}\n1,"Les Amis,\ndu Clain",association,,86194,,\n2,B,association,,86194,,\n'
    )
    path.write_bytes(gzip.compress(text.encode()))
    report = run(path)
    assert report.created == 2
    assert Organisation.objects.filter(name="Les Amis, du Clain").exists()


def test_unknown_columns_are_named_and_former_codes_understood(tmp_path):
    path = write(tmp_path, HEADER + ",lubie", "1,A,association,,86999,,,oui")
    report = run(path)
    assert report.unknown_columns == ["lubie"]
    assert Organisation.objects.get().home.code == "86194"


def test_a_preview_writes_nothing(tmp_path):
    report = preview_import(write(tmp_path, HEADER, GOOD, "2,,x,,,,"), mapping=Mapping())
    assert (report.created, len(report.refused), report.sample[0].name) == (
        1,
        1,
        "Les Amis du Clain",
    )
    assert not Organisation.objects.exists()


def test_a_mapping_teaches_columns_and_words(tmp_path):
    path = write(tmp_path, "libelle;type;insee;acts", "A;asso;86194;precarite")
    mapping = Mapping(
        columns={"name": "libelle"}, types={"asso": "association"}, domains={"Précarité": 4}
    )
    import_organisations(path, source="m", by=None, mapping=mapping)
    assert Declaration.objects.get().domain_id == 4


def test_the_command_reports_and_writes_the_refused_rows(tmp_path, capsys):
    path = write(tmp_path, HEADER, GOOD, "2,=cmd(),association,732829321,86194,,")
    refused = tmp_path / "refused.csv"
    call_command("import_organisations", str(path), "--refused", str(refused), verbosity=0)
    said = capsys.readouterr().out
    assert "2 rows read, 1 created" in said
    assert "siren_check_digit: 1" in said
    rows = list(csv.reader(refused.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][:2] == ["3", "siren_check_digit"]
    assert rows[1][3] == "'=cmd()"


@pytest.mark.parametrize("content", ["not json", "[1]"])
def test_a_mapping_that_is_not_one_is_refused_with_a_sentence(tmp_path, content):
    mapping = tmp_path / "m.json"
    mapping.write_text(content)
    path = write(tmp_path, HEADER, GOOD)
    with pytest.raises(CommandError, match="mapping"):
        call_command("import_organisations", str(path), "--mapping", str(mapping))
    mapping.write_text(json.dumps({"types": {"x": "association"}}))
    call_command("import_organisations", str(path), "--mapping", str(mapping), verbosity=0)
    assert Organisation.objects.count() == 1
