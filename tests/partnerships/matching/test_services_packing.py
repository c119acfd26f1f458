"""Whatever path an organisation changes by, what matching has packed of it is right."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from partnerships.matching.engine import columns_of
from partnerships.matching.models import PackedProfile
from partnerships.matching.queries import exclusions, load_columns, load_profiles
from partnerships.matching.services import pack_all_profiles, pack_profiles, refresh_matches
from partnerships.organisations import services
from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import Declared, Means
from partnerships.organisations.services.importing import Mapping, import_organisations
from partnerships.organisations.tasks import wake_organisations_now
from phare_platform.demo.load import load_cast
from tests.partnerships.matching.test_queries_columns import assert_alike

pytestmark = pytest.mark.django_db


def assert_in_step():
    assert_alike(load_columns(), columns_of(load_profiles().values(), exclusions()))


@pytest.fixture(autouse=True)
def _in_step_at_the_end(places):
    """Each test ends with the comparison; none may leave the database untouched by chance."""
    yield
    assert PackedProfile.objects.exists()
    assert_in_step()


def body(organisation):
    return bytes(PackedProfile.objects.get(pk=organisation.pk).body)


def test_creating(places, make_person):
    person = make_person("new@example.org")
    made = services.create_organisation(
        "Les Jardins", type="university", home=places["poitiers"], by=person
    )
    assert body(made)[:2] == (3).to_bytes(2)


def test_declaring_everything(ateliers, alice, places):
    before = body(ateliers)
    services.declare(
        ateliers,
        by=alice,
        declarations=[Declared(16, "acts", 3), Declared(1, "seeks", 1), Declared(16, "seeks", 2)],
        resources=[Means("time_volunteers", "need", ""), Means("network_public", "offer", "")],
        modes=["patronage", "societal_innovation"],
        areas=[places["bocage"], places["brest"]],
    )
    assert body(ateliers) != before
    assert_in_step()
    services.declare(ateliers, by=alice, declarations=[], resources=[], modes=[])
    assert body(ateliers)[2:] == bytes(18)


def test_editing(ateliers, alice, places):
    services.edit_organisation(
        ateliers, by=alice, changes={"home": places["brest"], "type": "large_company"}
    )
    assert PackedProfile.objects.get(pk=ateliers.pk).home == places["brest"].pk


def test_pausing_closing_and_coming_back(ateliers, mobilites, alice):
    there = PackedProfile.objects.filter(pk=ateliers.pk)
    for leave, come_back in (
        (services.pause_organisation, services.resume_organisation),
        (services.close_organisation, services.reopen_organisation),
    ):
        leave(ateliers, by=alice)
        assert not there.exists()
        assert_in_step()
        services.declare(ateliers, by=alice, modes=["patronage"])
        assert not there.exists()
        come_back(ateliers, by=alice)
        assert there.exists()
        assert_in_step()


def test_waking_by_itself(ateliers, mobilites, alice):
    services.pause_organisation(ateliers, by=alice, until=timezone.localdate() + timedelta(days=1))
    Organisation.objects.filter(pk=ateliers.pk).update(paused_until=timezone.localdate())
    assert wake_organisations_now() == 1
    assert PackedProfile.objects.filter(pk=ateliers.pk).exists()


def test_through_the_api(ateliers, alice, places):
    client = APIClient()
    client.force_authenticate(alice)
    address = f"/api/v1/organisations/{ateliers.pk}/"
    before = body(ateliers)
    changed = client.patch(address, {"home": "municipality:86066"}, format="json")
    assert changed.status_code == 200, changed.json()
    assert_in_step()
    said = {"declarations": [{"domain": "D02", "side": "seeks", "level": 3}], "modes": []}
    assert client.post(f"{address}declare/", said, format="json").status_code == 200
    assert body(ateliers) != before
    assert_in_step()
    new = {"name": "Les Jardins", "type": "association", "home": "municipality:86194"}
    made = client.post("/api/v1/organisations/", new, format="json")
    assert PackedProfile.objects.filter(pk=made.json()["id"]).exists()


def test_through_the_admin(ateliers, client, dora):
    client.force_login(dora)
    url = reverse("admin:partnerships_organisation_changelist")
    for action in ("verify", "refuse"):
        client.post(url, {"action": action, "_selected_action": [ateliers.pk], "reason": "No."})
    page = reverse("admin:partnerships_organisation_change", args=[ateliers.pk])
    assert client.post(page, {"name": "Other"}).status_code == 403  # and so nothing else


def test_importing_packs_in_bulk(places, tmp_path, django_assert_max_num_queries):
    path = tmp_path / "some.csv"
    rows = [f"{n},Association {n},association,86194,D{1 + n % 16:02}" for n in range(300)]
    path.write_text("\n".join(["id,nom,type_acteur,code_commune,domaines", *rows]))
    with django_assert_max_num_queries(60):
        report = import_organisations(path, source="test", by=None, mapping=Mapping())
    assert report.created == PackedProfile.objects.count() == 300


def test_the_demonstration():
    call_command("load_reference", verbosity=0)
    load_cast()
    assert PackedProfile.objects.count() == Organisation.objects.active().count() > 10


def test_deleting(ateliers, mobilites):
    pk = ateliers.pk
    ateliers.memberships.all().delete()
    ateliers.delete()
    assert not PackedProfile.objects.filter(pk=pk).exists()


def test_a_change_that_is_undone_leaves_no_mark(ateliers, alice):
    before = body(ateliers)
    with transaction.atomic():
        services.declare(ateliers, by=alice, declarations=[])
        assert body(ateliers) != before
        transaction.set_rollback(True)
    assert body(ateliers) == before


def test_a_refresh_packs_an_older_database_and_drops_who_left(ateliers, mobilites, foret, policy):
    PackedProfile.objects.filter(pk__in=[ateliers.pk, mobilites.pk]).delete()
    Organisation.objects.filter(pk=foret.pk).update(status="closed")
    assert refresh_matches().organisations_count == 2
    assert pack_all_profiles(only_missing=True) == 0


def test_the_command_repairs_what_was_changed_by_hand(ateliers, mobilites, capsys):
    ateliers.declarations.all().delete()
    Organisation.objects.filter(pk=mobilites.pk).update(modes=[])
    PackedProfile.objects.filter(pk=mobilites.pk).update(home=1)
    call_command("pack_profiles")
    assert "2 profiles packed" in capsys.readouterr().out
    assert pack_all_profiles() == 0


def test_what_is_right_is_not_written_again(ateliers):
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM partnerships_packedprofile")
        before = cursor.fetchall()
        assert pack_profiles([ateliers.pk]) == 0
        cursor.execute("SELECT xmin::text FROM partnerships_packedprofile")
        assert cursor.fetchall() == before
