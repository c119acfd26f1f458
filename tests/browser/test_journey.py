"""The whole way, from the home page to a closed partnership: two organisations, a facilitator.

Three people, each in a browser of their own, on the real server; in French on a phone, by touch,
and in English at a desk, by keyboard. Nobody types an address: each page leads to the next, or a
message does.
"""

import pytest
from playwright.sync_api import expect

from partnerships.matching.tasks import send_digests
from tests.browser import steps
from tests.browser.conftest import DESK, PHONE
from tests.browser.person import Person

pytestmark = pytest.mark.django_db(transaction=True)
ATELIERS, MOBILITES = "Les Ateliers du Clain", "Mobilités Vienne Services"
TITLE = "Sortir de chez soi"
# Impact -> score and gap, from what the two answer in `they_evaluate`.
SCORES = {"Innovation": (88, 25), "Performance": (75, 0), "Trust": (50, 50)}


@pytest.fixture(params=[("fr", PHONE), ("en", DESK)], ids=["french-phone", "english-desk"])
def comes(request, new_page, reference, live_server, settings):
    """Have somebody come to PHARE: `comes("Alice Martin", "alice@example.org")`."""
    language, size = request.param
    settings.SITE_URL = live_server.url  # of the links in messages

    people = []

    def made(name, email):
        locale = {"fr": "fr-FR", "en": "en-GB"}[language]
        page = new_page(viewport=size, locale=locale, has_touch=size == PHONE)
        origin = live_server.url
        people.append(Person(page, name=name, email=email, language=language, origin=origin))
        return people[-1]

    yield made
    assert not [person.faults for person in people if person.faults]


def alice_arrives(comes):
    """An association looks for vehicles; it is the first one here, so nobody fits yet."""
    alice = comes("Alice Martin", "alice@ateliers.example")
    steps.sign_up(alice)
    steps.create_organisation(
        alice, name=ATELIERS, type="association", commune="Poitiers", typed="poiti"
    )
    steps.declare(
        alice,
        acts={"D05": 3, "D06": 2},
        seeks={"D11": 3},
        offers={"time_volunteers": "quarante bénévoles"},
        needs={"goods_vehicles": "pour amener les personnes sans voiture"},
        modes=["patronage", "societal_innovation"],
    )
    alice.reads(alice.says("Nobody fits yet"))
    alice.looks("10-nobody-yet")
    return alice


def bob_arrives(comes):
    """A company has vehicles, and looks for whom to act with against isolation."""
    bob = comes("Bob Leroy", "bob@mobilites.example")
    steps.sign_up(bob)
    steps.create_organisation(
        bob, name=MOBILITES, type="sme", commune="Chasseneuil-du-Poitou", typed="chasseneuil"
    )
    steps.declare(
        bob,
        acts={"D11": 3, "D06": 1},
        seeks={"D05": 2},
        offers={"goods_vehicles": "minibus libres en journée"},
        needs={"time_volunteers": "des accompagnateurs"},
        modes=["societal_innovation", "economic_cooperation"],
    )
    steps.reads_suggestion(bob, ATELIERS, fragility={"fr": "isolement", "en": "isolation"})
    return bob


def they_meet(alice, bob, comes):
    """Alice says yes on the page; Bob in a browser where he is not signed in, from his mail."""
    steps.let_time_pass()
    alice.goes_to("Suggestions")
    steps.reads_suggestion(alice, MOBILITES, fragility={"fr": "mobilité", "en": "mobility"})
    alice.follows(alice.button("We are interested"))
    expect(alice.page.get_by_role("status").filter(has_text=MOBILITES)).to_be_visible()
    alice.looks("13-interested")
    send_digests()
    elsewhere = comes(bob.name, bob.email)
    steps.answer_from_the_mail(elsewhere, about=ATELIERS)
    return elsewhere


def they_open_a_partnership(alice, bob):
    """Bob says yes first, the second yes opens the partnership, and both see whom to call."""
    assert bob.email not in steps.letter_to(alice).text
    bob.follows(bob.link("Sign in and write to them"))
    steps.sign_in(bob)
    bob.looks("17-introduction")
    bob.follows(bob.button("Open the partnership"))
    bob.reads(bob.says("Your yes is noted; the other side has been told."))
    bob.looks("18-half-open")
    alice.goes_to("Introductions")
    alice.looks("19-introductions")
    alice.follows(alice.main.get_by_role("link", name=MOBILITES))
    alice.reads(MOBILITES, alice.says("Shall we open a partnership?"))
    alice.writes("title", TITLE)
    alice.looks("20-second-yes")
    alice.follows(alice.button("Open the partnership"))
    alice.reads(TITLE, alice.says("Both said yes: your partnership is open."))
    alice.looks("21-partnership")
    assert bob.email in steps.letter_to(alice).text


def fanny_accompanies(comes):
    """A facilitator finds the partnership that waits on her desk, and takes it."""
    fanny = comes("Fanny Girard", "fanny@relais.example")
    steps.make_facilitator(fanny)
    fanny.opens("/")
    fanny.goes_to("Sign in")
    steps.sign_in(fanny)
    fanny.reads(TITLE, fanny.says("Waiting for a facilitator"))
    fanny.looks("22-desk")
    fanny.follows(fanny.button("Accompany it"))
    fanny.reads(fanny.says("You accompany this partnership."))
    return fanny


def they_prepare_and_act(alice, fanny):
    """The key points, each with what shows it, lead from prepare to accompany to evaluate."""
    steps.goes_to_partnership(alice, TITLE)
    alice.reads(fanny.name)
    for code in ("PR01", "PR03", "PR07"):
        steps.settle(alice, code, f"Vu ensemble ({code}).")
    alice.looks("23-preparing")
    fanny.page.reload()
    for code in ("PR10", "PR14", "PR15"):
        steps.settle(fanny, code, f"Écrit et signé ({code}).")
    fanny.looks("24-prepared")
    fanny.follows(fanny.button("Start accompanying"))
    fanny.reads(fanny.says("The partnership has moved on."))
    for code in ("AC01", "AC12"):
        steps.settle(fanny, code, f"Fait en octobre ({code}).")
    fanny.looks("25-accompanied")
    fanny.follows(fanny.button("Open the evaluation"))
    fanny.looks("26-evaluating")


def they_evaluate(alice, bob):
    """Each answers alone; nobody sees the other's answers before all are there."""
    steps.goes_to_partnership(alice, TITLE)
    alice.follows(alice.link("Questionnaire and scores"))
    alice.follows(alice.link("Answer"))
    steps.fill_questionnaire(alice, values={"I": 3, "P": 3, "T": 3}, decision="deepen")
    steps.reads_no_scores(alice)
    alice.looks("31-waiting")
    bob.opens(steps.link_in(steps.letter_to(bob), bob.says("Answer the questionnaire")))
    steps.fill_questionnaire(bob, values={"I": 4, "P": 3, "T": 1}, decision="deepen")
    steps.reads_scores(bob, SCORES)
    bob.looks("32-scores")


def they_close(alice, fanny):
    """The last points, the decision; the closed page tells the whole story."""
    steps.goes_to_partnership(fanny, TITLE)
    for code in ("EV01", "EV09", "EV12"):
        steps.settle(fanny, code, f"Lu ensemble ({code}).")
    fanny.main.locator("[name=decision]").select_option("deepen")
    fanny.looks("33-deciding")
    fanny.follows(fanny.button("Close the partnership"))
    steps.goes_to_partnership(alice, TITLE)
    story = alice.main.get_by_role("region", name=alice.says("Story"))
    for told in (
        alice.says("Partnership opened: %(names)s", names=f"{ATELIERS}, {MOBILITES}"),
        alice.says("Facilitator: %(who)s", who=fanny.name),
        alice.says("Questionnaire filled in by %(name)s", name=MOBILITES),
        alice.says("Evaluation complete: the scores can be read together"),
        alice.says("Partnership closed; decision: %(decision)s", decision=alice.says("deepen")),
    ):
        expect(story).to_contain_text(told)
    alice.looks("34-closed")
    alice.follows(alice.link("Read the evaluation"))
    steps.reads_scores(alice, SCORES)
    alice.looks("35-scores-of-a-closed-one")


def test_two_organisations_go_the_whole_way(comes):
    alice, bob = alice_arrives(comes), bob_arrives(comes)
    bob = they_meet(alice, bob, comes)
    they_open_a_partnership(alice, bob)
    fanny = fanny_accompanies(comes)
    they_prepare_and_act(alice, fanny)
    they_evaluate(alice, bob)
    they_close(alice, fanny)
