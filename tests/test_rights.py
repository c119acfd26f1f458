"""Who may open and change what: one table for every address and endpoint.

The world is the demonstration. An address that is not in the table fails the build, so a new page
needs its line here. Whoever is not named gets the login page (signed out) or nothing to learn
from: 404 or 403.
"""

import pytest
from django.apps import apps
from django.contrib.admin import site
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from partnerships.lifecycle.models import Partnership
from partnerships.matching.models import Introduction, SuggestionList
from partnerships.organisations.models import Invitation, JoinRequest, Membership, Organisation
from phare_platform.accounts.models import User

VISITOR, STRANGER, NEIGHBOUR, READER, OWNER, PARTNER = (
    "visitor", "stranger", "neighbour", "reader", "owner", "partner",
)  # fmt: skip
FACILITATOR, OTHER_FACILITATOR, TEAM = "facilitator", "other facilitator", "team"
SIGNED_IN = {
    STRANGER, NEIGHBOUR, READER, OWNER, PARTNER, FACILITATOR, OTHER_FACILITATOR, TEAM,
}  # fmt: skip
EVERYONE = SIGNED_IN | {VISITOR}
MEMBERS = {NEIGHBOUR, READER, OWNER, PARTNER}  # of any organisation
OF_IT = {READER, OWNER}
AROUND = {READER, OWNER, PARTNER, FACILITATOR, TEAM}  # who may read a partnership
LEADING = {OWNER, PARTNER, FACILITATOR, TEAM}  # who may write on it
HELPERS = {FACILITATOR, OTHER_FACILITATOR, TEAM}  # of organisations that are suggested nobody

ORG = {"pk": "organisation"}
OTHER = {"other_pk": "suggested"}
DEAL = {"pk": "partnership"}
EVAL = {"pk": "evaluated"}
MAIL = {"language": "=fr", "template": "=partnerships/matching/emails/digest"}

# name: (method, who gets in, arguments)
PAGES = {
    "home": ("get", EVERYONE, {}),
    "health": ("get", EVERYONE, {}),
    "legal": ("get", EVERYONE, {}),
    "privacy": ("get", EVERYONE, {}),
    "accessibility": ("get", EVERYONE, {}),
    "rose": ("get", EVERYONE, {}),
    "set_language": ("post", EVERYONE, {}),
    "territory": ("get", EVERYONE, {"level": "=commune", "code": "=86194"}),
    "territories:index": ("get", EVERYONE, {}),
    "territories:search_json": ("get", EVERYONE, {}),
    "components": ("get", EVERYONE, {}),
    "dev:mailbox": ("get", EVERYONE, {}),
    "dev:mail": ("get", EVERYONE, {"pk": "message"}),
    "dev:mail_html": ("get", EVERYONE, {"pk": "message"}),
    "mail_templates": ("get", EVERYONE, {}),
    "mail_template_html": ("get", EVERYONE, MAIL),
    "mail_test": ("get", EVERYONE, {}),
    "api_schema": ("get", EVERYONE, {}),
    "api_docs": ("get", EVERYONE, {}),
    "outbox:unsubscribe": ("get", EVERYONE, {"token": "=nonsense"}),
    "outbox:events": ("post", set(), {}),  # programs with a secret only
    "partnerships:suggestion_link": ("get", EVERYONE, {"token": "=nonsense"}),
    "partnerships:organisation_invitation": ("get", EVERYONE, {"token": "=nonsense"}),
    "partnerships:fairness": ("get", EVERYONE, {}),
    "start": ("get", SIGNED_IN, {}),
    "account": ("get", SIGNED_IN, {}),
    "profile": ("get", SIGNED_IN, {}),
    "tokens": ("get", SIGNED_IN, {}),
    "mail_preferences": ("get", SIGNED_IN, {}),
    "mail_preferences_link": ("get", EVERYONE, {"token": "=nonsense"}),
    "token_revoke": ("post", set(), {"key": "=somebody-elses"}),
    "partnerships:organisation_index": ("get", SIGNED_IN, {}),
    "partnerships:organisation_export": ("get", SIGNED_IN, {}),
    "partnerships:organisation_new": ("get", SIGNED_IN, {}),
    "partnerships:organisation": ("get", SIGNED_IN, ORG),
    "partnerships:organisation_join": ("post", SIGNED_IN, ORG),
    "partnerships:organisation_choose": ("post", OF_IT, {}),
    "partnerships:organisation_edit": ("get", {OWNER}, ORG),
    "partnerships:organisation_activity": ("post", {OWNER}, ORG),
    "partnerships:organisation_capacity": ("post", {OWNER}, ORG),
    "partnerships:organisation_confirm": ("post", {OWNER}, ORG),
    "partnerships:organisation_declare": ("get", {OWNER}, ORG),
    "partnerships:organisation_declare_means": ("get", {OWNER}, ORG),
    "partnerships:organisation_declare_areas": ("get", {OWNER}, ORG),
    "partnerships:organisation_members": ("get", OF_IT, ORG),
    "partnerships:organisation_invite": ("post", {OWNER}, ORG),
    "partnerships:organisation_member_role": ("post", {OWNER}, {**ORG, "member_pk": "member"}),
    "partnerships:organisation_member_remove": ("post", {OWNER}, {**ORG, "member_pk": "member"}),
    "partnerships:organisation_invitation_revoke": (
        "post", {OWNER}, {**ORG, "invitation_pk": "invitation"},
    ),
    "partnerships:organisation_join_answer": (
        "post", {OWNER}, {**ORG, "request_pk": "join_request"},
    ),
    "partnerships:organisation_leave": ("post", OF_IT, ORG),
    "partnerships:suggestions": ("get", SIGNED_IN, {}),
    "partnerships:suggestion_rule": ("get", SIGNED_IN, {}),
    "partnerships:suggestion": ("get", MEMBERS, OTHER),
    "partnerships:suggestion_answer": ("post", {OWNER}, OTHER),
    "partnerships:suggestion_undo": ("post", {OWNER}, OTHER),
    "partnerships:unmatched": ("get", HELPERS, {}),
    "partnerships:unmatched_export": ("get", HELPERS, {}),
    "partnerships:introductions": ("get", SIGNED_IN, {}),
    "partnerships:introduction": ("get", OF_IT, {"pk": "introduction"}),
    "partnerships:introduction_accept": ("post", {OWNER}, {"pk": "introduction"}),
    "partnerships:introduction_decline": ("post", {OWNER}, {"pk": "introduction"}),
    "partnerships:conversations": ("get", SIGNED_IN, {}),
    "partnerships:conversation": ("get", OF_IT, {"pk": "introduction"}),
    "partnerships:conversation_write": ("post", {OWNER}, {"pk": "introduction"}),
    "partnerships:conversation_link": ("get", EVERYONE, {"token": "=nonsense"}),
    "partnerships:desk": ("get", SIGNED_IN, {}),  # whoever is no facilitator is led to their list
    "partnerships:partnerships_to_take": ("get", {FACILITATOR, OTHER_FACILITATOR}, {}),
    "partnerships:partnership_take": ("post", {FACILITATOR, OTHER_FACILITATOR}, {"pk": "untaken"}),
    "partnerships:partnership_index": ("get", SIGNED_IN, {}),
    "partnerships:partnership_export": ("get", SIGNED_IN, {}),
    "partnerships:partnership_new": (
        "get", {NEIGHBOUR, OWNER, PARTNER, FACILITATOR, OTHER_FACILITATOR, TEAM}, {},
    ),
    "partnerships:partnership": ("get", AROUND, DEAL),
    "partnerships:partnership_edit": ("get", LEADING, DEAL),
    "partnerships:partnership_stage": ("post", LEADING, DEAL),
    "partnerships:partnership_end": ("get", LEADING, DEAL),
    "partnerships:partnership_point": ("post", LEADING, {**DEAL, "code": "=AC06"}),
    "partnerships:partnership_note": ("post", LEADING, DEAL),
    "partnerships:partnership_facilitator": ("post", {FACILITATOR, TEAM}, DEAL),
    "partnerships:partnership_partner_add": ("get", LEADING, DEAL),
    "partnerships:partnership_partner_remove": (
        "post", {OWNER, FACILITATOR, TEAM}, {**DEAL, "organisation": "organisation"},
    ),
    "partnerships:partnership_partner_answer": (
        "post", {OWNER}, {**DEAL, "organisation": "organisation"},
    ),
    "cockpit:board": ("get", {TEAM}, {}),
    "cockpit:export": ("get", {TEAM}, {}),
    "cockpit:people": ("get", {TEAM}, {}),
    "cockpit:trouble": ("get", {TEAM}, {}),
    "cockpit:decide": ("post", {TEAM}, {}),
    "cockpit:preview": ("get", {TEAM}, {}),
    "cockpit:preview_html": ("get", {TEAM}, {**ORG, **MAIL}),
    "cockpit:send_test": ("post", {TEAM}, {}),
    "partnerships:evaluation": ("get", {READER, OWNER, FACILITATOR, TEAM}, EVAL),
    "partnerships:evaluation_answer": ("get", {OWNER}, EVAL),
    "partnerships:evaluation_export": ("get", {FACILITATOR, TEAM}, {"pk": "closed"}),
}  # fmt: skip

ENDPOINTS = {
    "api-root": ("get", SIGNED_IN, {}),
    "territory-list": ("get", EVERYONE, {}),
    "territory-detail": ("get", EVERYONE, {"identifier": "=department:86"}),
    "domain-list": ("get", EVERYONE, {}),
    "domain-detail": ("get", EVERYONE, {"pk": "=5"}),
    "organisation-list": ("get", SIGNED_IN, {}),
    "organisation-detail": ("get", SIGNED_IN, ORG),
    "organisation-declare": ("post", {OWNER}, ORG),
    "organisation-suggestion-list": ("get", OF_IT, {"organisation_pk": "organisation"}),
    "organisation-suggestion-detail": (
        "get", OF_IT, {"organisation_pk": "organisation", "pk": "suggested"},
    ),
    "organisation-suggestion-answer": (
        "post", {OWNER}, {"organisation_pk": "organisation", "pk": "suggested"},
    ),
    "unmatched-organisation-list": ("get", HELPERS, {}),
    "fairness-list": ("get", EVERYONE, {}),
    "introduction-list": ("get", SIGNED_IN, {}),
    "introduction-detail": ("get", OF_IT, {"pk": "introduction"}),
    "introduction-accept": ("post", {OWNER}, {"pk": "introduction"}),
    "introduction-decline": ("post", {OWNER}, {"pk": "introduction"}),
    "conversation-list": ("get", SIGNED_IN, {}),
    "conversation-detail": ("get", OF_IT, {"pk": "introduction"}),
    "conversation-messages": ("get", OF_IT, {"pk": "introduction"}),
    "conversation-read": ("post", {OWNER}, {"pk": "introduction"}),
    "partnership-list": ("get", SIGNED_IN, {}),
    "partnership-detail": ("get", AROUND, DEAL),
    "partnership-stage": ("post", LEADING, DEAL),
    "partnership-end": ("post", LEADING, DEAL),
    "partnership-points": ("post", LEADING, DEAL),
    "partnership-notes": ("post", LEADING, DEAL),
    "evaluation-list": ("get", SIGNED_IN, {}),
    "evaluation-detail": ("get", {READER, OWNER, FACILITATOR, TEAM}, {"pk": "evaluation"}),
    "evaluation-answers": ("put", {OWNER}, {"pk": "evaluation"}),
    "api_token-list": ("get", SIGNED_IN, {}),
    "api_token-detail": ("delete", set(), {"key": "=somebody-elses"}),
}  # fmt: skip

# What is sent along: the organisation in whose name, always ours, also by those it is not.
OURS = {"organisation": "organisation"}
SENT = {
    "partnerships:organisation_choose": OURS,
    "partnerships:suggestion_answer": OURS,
    "partnerships:suggestion_undo": OURS,
    "partnerships:introduction_accept": OURS,
    "partnerships:introduction_decline": OURS,
    "introduction-accept": OURS,
    "partnerships:conversation_write": OURS,
    "introduction-decline": OURS,
    "evaluation-answers": {"organisation": "laboratory"},
}
# Open to whoever holds the link or the secret; a made-up one teaches nobody anything.
LINKS = {
    "outbox:events",
    "mail_preferences_link",
    "outbox:unsubscribe",
    "partnerships:suggestion_link",
    "partnerships:conversation_link",
    "partnerships:organisation_invitation",
}

ACCOUNT_PREFIXES = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_connect_")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demonstration and a person for each role; keys of things by name."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        call_command("load_demo", verbosity=0)
        cast = _cast()
        connection.check_constraints()  # once here, or every test would check all of France again
        yield cast
        transaction.set_rollback(True)


def _cast():
    organisations = {o.source_ref: o for o in Organisation.objects.filter(source="demo")}
    ours = organisations["ateliers-clain"]
    people = {
        STRANGER: User.objects.create_user("stranger@example.org"),
        NEIGHBOUR: User.objects.create_user("neighbour@example.org"),
        READER: User.objects.create_user("reader@example.org"),
        OWNER: User.objects.create_user("owner@example.org"),
        PARTNER: User.objects.create_user("partner@example.org"),
        FACILITATOR: User.objects.get(email="facilitatrice@phare.example"),
        OTHER_FACILITATOR: User.objects.create_user("other@example.org", is_facilitator=True),
        TEAM: User.objects.create_user("team@example.org", is_staff=True, is_superuser=True),
    }
    for role, key, rank in [
        (NEIGHBOUR, "rivieres-vivantes", "owner"),
        (READER, "ateliers-clain", "reader"),
        (OWNER, "ateliers-clain", "owner"),
        (PARTNER, "clic-solidaire", "owner"),
        (READER, "labo-vieillir", "reader"),
        (OWNER, "labo-vieillir", "owner"),
    ]:
        Membership.objects.create(user=people[role], organisation=organisations[key], role=rank)
    evaluated = Partnership.objects.get(title="Vieillir chez soi, ensemble")
    invitation = Invitation.objects.create(
        organisation=ours, email="x@example.org", token_sha256="0" * 64,
        expires_at="2100-01-01T00:00Z",
    )  # fmt: skip
    introduction = Introduction.objects.filter(state="open").get()
    answered = {introduction.first_id, introduction.second_id}
    suggested = next(
        pk for pk in SuggestionList.objects.get(organisation=ours).partners if pk not in answered
    )
    message = apps.get_model("outbox", "Message").objects.first()
    keys = {
        "organisation": ours.pk,
        "suggested": suggested,
        "partnership": Partnership.objects.get(title="Aînés connectés").pk,
        "laboratory": organisations["labo-vieillir"].pk,
        "closed": Partnership.objects.get(title="Lire ensemble").pk,
        "untaken": Partnership.objects.get(title="Le car des apprentis").pk,
        "evaluated": evaluated.pk,
        "evaluation": evaluated.evaluations.get().pk,
        "introduction": introduction.pk,
        "invitation": invitation.pk,
        "join_request": JoinRequest.objects.create(organisation=ours, user=people[STRANGER]).pk,
        "member": Membership.objects.get(user=people[READER], organisation=ours).pk,
        "message": message.pk,
    }
    return people, keys


def every_name(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from every_name(pattern, inner)
        elif pattern.name:
            yield f"{namespace}{pattern.name}"


def test_every_address_has_its_line_in_the_table():
    names = {name for name in every_name() if not name.startswith(ACCOUNT_PREFIXES)}
    assert names == set(PAGES) | set(ENDPOINTS)


def asked(client, name, method, arguments, keys):
    values = {k: v[1:] if v.startswith("=") else keys[v] for k, v in arguments.items()}
    url = reverse(name, kwargs=values)
    sent = {field: keys[value] for field, value in SENT.get(name, {}).items()}
    if url.startswith("/api/") and method in ("post", "put"):
        if name == "evaluation-answers":
            sent |= {"answers": {}, "submit": False}
        return getattr(client, method)(url, sent, content_type="application/json")
    return getattr(client, method)(url, sent)


def verdict(response):
    if response.status_code == 401 or (
        response.status_code == 302 and response.headers["Location"].startswith("/compte/login/")
    ):
        return "login"
    if response.status_code in (403, 404):
        return "out"
    assert response.status_code < 500, response.content[:500]
    return "in"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(PAGES | ENDPOINTS))
def test_only_those_named_get_in(name, world):
    people, keys = world
    method, allowed, arguments = (PAGES | ENDPOINTS)[name]
    found, wanted = {}, {}
    for role in sorted(EVERYONE):
        client = Client()
        if role != VISITOR:
            client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
        with transaction.atomic():
            found[role] = verdict(asked(client, name, method, arguments, keys))
            transaction.set_rollback(True)
        outside = "login" if role == VISITOR else "out"
        wanted[role] = "in" if role in allowed else outside
        if name in LINKS:
            wanted[role] = "out"
    wrong = {r: f"{found[r]}, not {wanted[r]}" for r in found if found[r] != wanted[r]}
    assert not wrong


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(site._registry, key=str), ids=lambda m: m._meta.label)
def test_only_the_team_sees_the_admin(model, world):
    people, _keys = world
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for role in sorted(EVERYONE - {TEAM}):
        client = Client()
        if role != VISITOR:
            client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(url).status_code in (302, 403), role


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted({n for n in every_name() if n.startswith(("mfa_", "usersessions_"))})
)
def test_pages_of_an_account_ask_a_visitor_to_sign_in(name):
    public = {"mfa_authenticate", "mfa_login_webauthn", "mfa_signup_webauthn", "mfa_trust"}
    try:
        url = reverse(name)
    except Exception:
        url = reverse(name, args=[1])
    response = Client().get(url)
    if name not in public:
        assert verdict(response) == "login" or response.status_code in (302, 405)
