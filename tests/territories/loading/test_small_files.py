"""Loading small files of places: once, again, and after a change."""

import csv

import pytest

from territories.places.enums import PositionSource
from territories.places.models import Containment, LoadedFile, Place
from territories.places.services import load_places

COLUMNS = (
    "level code name kind siren parent_code epci_code department_codes postcodes population "
    "lat lon position_source"
)
SMALL = [
    "country FR France . . . . . . 30 46 2 mean",
    "region 75 Aquitaine . . FR . . . 20 46 1 mean",
    "region 52 Loire . . FR . . . 10 47 0 mean",
    "department 86 Vienne . . 75 . . . 20 46 0 mean",
    "department 49 Anjou . . 52 . . . 10 47 0 mean",
    "intermunicipality 200000172 Confluent CC 200000172 86 . 86|49 . 30 46 0 mean",
    "municipality 86001 Amont . . 86 200000172 86 86000|86010 20 46.5 0.5 geonames",
    "municipality 49001 Aval . . 49 200000172 49 49000 10 47.5 0.1 postcode_mean",
]


@pytest.fixture
def files(tmp_path):
    """Write small files of places and former codes: `files(lines)` gives what a load takes."""

    def write(lines=SMALL, former=()):
        places, old = tmp_path / "places.csv", tmp_path / "former.csv"
        rows = [["" if cell == "." else cell for cell in line.split()] for line in lines]
        for path, table in (
            (places, [COLUMNS.split(), *rows]),
            (old, [["code", "name", "kind", "municipality_code"], *former]),
        ):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(table)
        return {"places": places, "former": old}

    return write


def place(identifier):
    return Place.objects.identified(identifier).get()


def pairs():
    return {(c.inner.code, c.outer.code) for c in Containment.objects.all()}


@pytest.mark.django_db
def test_a_small_file_gives_the_places_and_what_lies_in_what(files):
    done = load_places(**files(former=[["86002", "Vieil Amont", "delegated", "86001"]]))
    assert (done.rows, done.changed) == (8, True)
    assert place("intermunicipality:200000172").parent == place("department:86")
    assert place("municipality:86001").postcodes == ["86000", "86010"]
    assert place("municipality:86001").former_codes == ["86002"]
    assert place("municipality:86001").former_names == "Vieil Amont"
    assert pairs() == {
        ("75", "FR"), ("52", "FR"), ("86", "75"), ("86", "FR"), ("49", "52"), ("49", "FR"),
        ("200000172", "86"), ("200000172", "49"), ("200000172", "75"), ("200000172", "52"),
        ("200000172", "FR"),
        ("86001", "200000172"), ("86001", "86"), ("86001", "75"), ("86001", "FR"),
        ("49001", "200000172"), ("49001", "49"), ("49001", "52"), ("49001", "FR"),
    }  # fmt: skip


@pytest.mark.django_db
def test_a_changed_file_updates_and_keeps_the_same_rows(files):
    load_places(**files())
    before = dict(Place.objects.values_list("code", "pk"))
    moved = [
        line.replace("Amont", "Source").replace("49 200000172 49", "49 . 49") for line in SMALL
    ]
    assert load_places(**files(moved)).changed
    assert dict(Place.objects.values_list("code", "pk")) == before
    assert place("municipality:86001").name == "Source"
    assert place("municipality:49001").intermunicipality is None
    left = {("200000172", "49"), ("200000172", "52"), ("49001", "200000172")}
    assert not left & pairs()


@pytest.mark.django_db
def test_a_place_that_the_file_leaves_out_stays(files):
    load_places(**files())
    load_places(**files(SMALL[:-1]))
    assert place("municipality:49001").name == "Aval"


@pytest.mark.django_db
def test_an_official_position_is_kept(files):
    load_places(**files())
    Place.objects.filter(code="86001").update(
        lat=46.9, lon=0.9, position_source=PositionSource.OFFICIAL
    )
    load_places(**files(), force=True)
    assert (place("municipality:86001").lat, place("municipality:86001").lon) == (46.9, 0.9)
    assert place("municipality:49001").position_source == PositionSource.POSTCODE_MEAN


@pytest.mark.django_db
def test_a_file_that_breaks_half_way_leaves_nothing(files):
    broken = [*SMALL, "municipality 86003 Trop . . 86 . 86 . many 46 0 geonames"]
    with pytest.raises(Exception, match="many"):
        load_places(**files(broken))
    assert not LoadedFile.objects.exists()
    assert not Place.objects.exists()


@pytest.mark.django_db
def test_unchanged_rows_are_not_written_again(files):
    load_places(**files())
    where = "SELECT id, ctid::text AS spot FROM territories_place"
    before = {row.pk: row.spot for row in Place.objects.raw(where)}
    load_places(**files(), force=True)
    assert {row.pk: row.spot for row in Place.objects.raw(where)} == before
