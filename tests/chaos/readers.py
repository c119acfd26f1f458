"""S2 and P1: programs that open every link of a mail, and people who want no more of them."""

import hashlib
import re
from datetime import UTC, datetime
from unittest import mock
from urllib.parse import urlsplit

import time_machine
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from phare_platform.celery import app
from phare_platform.lib.jobs import run_waiting_jobs
from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message, Unsubscription
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.services import queue_rendered, unsubscribe_url
from tests.chaos.figures import Figure
from tests.chaos.world import World

LINK = re.compile(re.escape(settings.SITE_URL) + r"[^\s\"'<>)]+")
DIGESTS = datetime(2026, 11, 24, 8, tzinfo=UTC)
SUGGESTIONS = [MessageKind.DIGEST]


def scanners(_world: World) -> list[Figure]:
    """GET and HEAD every address of every message of the demonstration; compare all tables."""
    load_a_country_that_writes()
    return open_every_link()


def load_a_country_that_writes() -> None:
    """The demonstration, and its digests of some Tuesday morning."""
    for command in ("load_reference", "load_demo"):
        call_command(command, verbosity=0)
    app.loader.import_default_modules()
    with time_machine.travel(DIGESTS, tick=True):
        for task in ("refresh", "send_digests"):
            app.tasks[f"partnerships.matching.{task}"]()
            run_waiting_jobs()


def open_every_link() -> list[Figure]:
    """What opening them changed, and what the same comparison makes of a POST."""
    links = sorted({link for message in Message.objects.all() for link in links_of(message)})
    kinds = {kind for (kind,) in Message.objects.values_list("kind").distinct()}
    before = fingerprints()
    client = Client(headers={"host": "localhost"})
    crashes = 0
    for link in links:
        parts = urlsplit(link)
        for method in (client.get, client.head):
            crashes += method(f"{parts.path}?{parts.query}").status_code >= 500
    changed = [name for name, print_ in fingerprints().items() if print_ != before[name]]
    suggested = Message.objects.filter(kind__in=SUGGESTIONS)
    headed = suggested.filter(
        headers__has_keys=["List-Unsubscribe", "List-Unsubscribe-Post"]
    ).count()
    return [
        Figure(
            "S2",
            "a GET or HEAD of every link of every message changes nothing",
            f"{len(links)} links of {Message.objects.count()} messages ({len(kinds)} kinds),"
            f" {len(changed)} of {len(before)} tables changed {changed or ''}, {crashes} errors",
            bool(links) and not changed and not crashes,
        ),
        Figure(
            "P1",
            "one-click headers on every suggestion",
            f"{headed} of {suggested.count()}",
            headed == suggested.count() > 0,
        ),
        control_of_scanners(client),
    ]


def links_of(message: Message) -> set[str]:
    """Every address in it, headers included."""
    text = " ".join([message.text, message.html, *map(str, message.headers.values())])
    return {link.rstrip(".,;").replace("&amp;", "&") for link in LINK.findall(text)}


def fingerprints() -> dict[str, str]:
    """A fingerprint of each table."""
    prints = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")  # noqa: S608  # our own tables
            text = "\n".join(row for (row,) in cursor.fetchall())
            prints[model._meta.label] = hashlib.sha256(text.encode()).hexdigest()
    return prints


def control_of_scanners(client: Client) -> Figure:
    """The same comparison must see a POST to one of these links."""
    before = fingerprints()
    client.post(urlsplit(unsubscribe_url("seen@example.org", MessageKind.DIGEST)).path)
    changed = [name for name, print_ in fingerprints().items() if print_ != before[name]]
    return Figure(
        "S2 control",
        "the same comparison sees a POST",
        f"{len(changed)} table changed",
        bool(changed),
    )


def unsubscribed(world: World, *, people: int) -> list[Figure]:
    """Half of the people leave by one POST while mail waits for all; security goes to all."""
    world.sink.plan = lambda number: "accept"
    addresses = [f"p{number}@example.org" for number in range(people)]
    leaving, staying = set(addresses[::2]), addresses[1::2]
    with transaction.atomic():
        for address in addresses:
            for kind in (MessageKind.DIGEST, MessageKind.SECURITY):
                queue_rendered(
                    key=f"{kind}:{address}",
                    kind=kind,
                    rendered=Rendered("s", "t\n", ""),
                    to=address.replace("p", "P", 1),
                    recipient=None,
                    language="fr",
                )
    program = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    for address in leaving:
        link = urlsplit(unsubscribe_url(address, MessageKind.DIGEST)).path
        assert program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with world.mail_server():
        sender.send_all_due()
    sent = Message.objects.filter(status=MessageStatus.SENT)
    unwanted = sum(m.to.lower() in leaving for m in sent.filter(kind=MessageKind.DIGEST))
    wanted = sent.filter(kind=MessageKind.DIGEST).count()
    security = sent.filter(kind=MessageKind.SECURITY).count()
    return [
        Figure(
            "P1",
            "after one POST without a cookie: 0 more; others and security unaffected",
            f"{unwanted} unwanted to {len(leaving)}, {wanted} to the {len(staying)} others,"
            f" {security} of {people} security",
            (unwanted, wanted, security) == (0, len(staying), people),
        ),
        control_of_leaving(world, leaving),
    ]


def control_of_leaving(world: World, leaving: set[str]) -> Figure:
    """A sender that does not ask again just before sending."""
    world.sink.accepted.clear()
    Message.objects.filter(status=MessageStatus.CANCELLED).update(status=MessageStatus.PENDING)
    with mock.patch.object(sender, "unwanted", Unsubscription.objects.none), world.mail_server():
        sender.send_all_due()
    unwanted = len(world.sink.accepted)
    return Figure(
        "P1 control",
        "a sender that does not ask again must send them",
        f"{unwanted} unwanted of {len(leaving)}",
        unwanted > 0,
    )
