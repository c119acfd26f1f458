"""The steps of an organisation's journey, as its people take them on the pages."""

import re

from allauth.account.models import EmailAddress
from django.core import mail
from playwright.sync_api import expect

from partnerships.matching.models import Introduction, SuggestionAnswer
from phare_platform.accounts.models import User
from phare_platform.lib.jobs import run_waiting_jobs
from phare_platform.outbox import sender, tasks
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message

PASSWORD = "un-phare-dans-la-nuit"
SCORES_TABLE = "Scores out of 100 by impact and by partner"
CODE = re.compile(r'<p class="code"[^>]*>\s*(\S+?)\s*</p>')
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>\s*([^<]+?)\s*</a>')


def let_time_pass():
    """Do what the workers will have done: the waiting jobs, then the mail, tomorrow's as well."""
    run_waiting_jobs()
    Message.objects.pending().update(not_before=None)
    for pk in list(sender.due().values_list("pk", flat=True)):
        tasks.send(pk=pk)


def letter_to(person):
    """The last message that reached this person, once all mail has left."""
    let_time_pass()
    message = Message.objects.filter(to=person.email).latest("pk")
    sent = [m for m in mail.outbox if m.extra_headers["Message-ID"] == message.message_id]
    assert [m.to for m in sent] == [[person.email]]
    assert message.language == person.language
    return message


def link_in(message, words):
    """The address behind these words of the message."""
    return next(url for url, label in LINK.findall(message.html) if label == words)


def sign_up(person):
    person.opens("/")
    person.looks("01-home")
    person.follows(person.link("Sign up my organisation"))
    person.writes("email", person.email)
    person.writes("password1", PASSWORD)
    person.writes("display_name", person.name)
    person.looks("02-sign-up")
    person.follows(person.main.locator("button[type=submit]"))
    person.reads(person.email)
    person.looks("03-code")
    person.writes("code", CODE.search(letter_to(person).html).group(1))
    person.follows(person.main.locator("button[type=submit]").first)
    person.reads(person.says("Which organisation do you act for?"))


def make_facilitator(person):
    """Facilitators are made by the platform team, not by signing up."""
    user = User.objects.create_user(
        person.email,
        PASSWORD,
        display_name=person.name,
        language=person.language,
        is_facilitator=True,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def sign_in(person):
    person.writes("login", person.email)
    person.writes("password", PASSWORD)
    person.looks("16-sign-in")
    person.follows(person.main.locator("form:has([name=password]) button[type=submit]"))


def create_organisation(person, *, name, type, commune, typed):
    person.looks("04-find")
    person.writes("q", name)
    person.follows(person.button("Search"))
    person.reads(person.says("Not on PHARE yet"))
    person.main.locator("select[name=type]").select_option(type)
    place = person.main.get_by_role("combobox").and_(person.page.locator("[name=home_text]"))
    place.press_sequentially(typed)
    person.picks(place, person.main.get_by_role("option", name=re.compile(f"^{commune}")).first)
    expect(place).to_have_value(commune)
    person.looks("05-create")
    person.follows(person.button("Create the organisation"))
    person.reads(
        person.says("%(name)s is on PHARE. Now say which fragilities matter to you.", name=name)
    )


def declare(person, *, acts, seeks, offers, needs, modes):
    """Three steps: fragilities (level by domain), means (words by kind) and forms, territories."""
    person.looks("06-declare")
    for side, levels in (("acts", acts), ("seeks", seeks)):
        for domain, level in levels.items():
            person.ticks(person.main.locator(f"[name={side}_{domain}][value='{level}']"))
    person.looks("07-declared")
    person.follows(person.button("Save and go on"))
    person.reads(person.says("Saved."))
    for mode in modes:
        person.ticks(person.main.locator(f"[name=modes][value={mode}]"))
    for side, means in (("offer", offers), ("need", needs)):
        for kind, words in means.items():
            person.ticks(person.main.locator(f"[name={side}_{kind}]"))
            person.writes(f"{side}_note_{kind}", words)
    person.looks("08-means")
    person.follows(person.button("Save and go on"))
    person.looks("09-territories")
    person.follows(person.button("Save and see partners"))


def reads_suggestion(person, name, *, fragility):
    """The suggestion tells why in words, and how much in points that add up."""
    card = person.main.locator("article.suggestion")
    expect(card).to_have_count(1)
    expect(card.get_by_role("heading", level=2)).to_contain_text(name)
    expect(card.locator(".why")).to_contain_text(fragility[person.language])
    points = [int(cell.split("/")[0]) for cell in card.locator("tbody td.n").all_inner_texts()]
    total = card.locator("tfoot td").first.inner_text()
    assert total == f"{sum(points)}/100", (points, total)
    assert sum(points) > 25
    person.looks("11-suggestion")
    person.follows(person.link(name))
    person.reads(person.says("What they bring you"), person.says("What you bring them"))
    person.looks("12-suggestion-in-full")
    person.page.go_back()


def answer_from_the_mail(person, *, about):
    """Press the button that the link in the digest shows; opening the link does nothing yet."""
    letter = letter_to(person)
    assert (letter.kind, letter.headers["List-Unsubscribe-Post"]) == (
        MessageKind.DIGEST,
        "List-Unsubscribe=One-Click",
    )
    person.opens(link_in(letter, person.says("We are interested")))
    person.reads(person.says("Are you interested?"), about)
    person.looks("14-link")
    assert not SuggestionAnswer.objects.filter(answered_by__email=person.email).exists()
    assert not Introduction.objects.exists()
    person.follows(person.button("We are interested"))
    person.reads(person.says("You and %(name)s have been introduced", name=about))
    person.looks("15-link-answered")


def goes_to_partnership(person, title):
    person.goes_to("Partnerships")
    person.follows(person.main.get_by_role("link", name=title).first)
    expect(person.main.get_by_role("heading", level=1)).to_have_text(title)


def settle(person, code, words):
    """Say that a key point is done, with what shows it, on the partnership's page."""
    line = person.main.locator(f"#point-{code}")
    person.uses(line.locator("summary"))
    person.ticks(line.locator("[name=state][value=done]"))
    line.locator("[name=evidence]").fill(words)
    person.follows(person.button("Save", line))
    expect(person.main.locator(f"#point-{code}")).to_contain_text(words)


def fill_questionnaire(person, *, values, decision):
    """Answer all items of the three impacts (0 to 4 by impact), prove one, decide, and send."""
    for impact, value in values.items():
        for number in range(1, 7):
            person.ticks(person.main.locator(f"[name={impact}{number}][value='{value}']"))
    person.writes("I2_evidence", "32 personnes")
    person.ticks(person.main.locator(f"[name=B5][value={decision}]"))
    person.looks("30-questionnaire")
    person.follows(person.button("Send our answers"))
    person.reads(person.says("Your answers are sent. Thank you."))


def reads_no_scores(person):
    """Who has answered, and nothing of what was answered."""
    person.reads(person.says("Who has answered"))
    expect(person.main.get_by_role("table")).to_have_count(0)


def reads_scores(person, scores):
    """The score and the gap of each impact stand in the table."""
    table = person.main.get_by_role("table", name=person.says(SCORES_TABLE))
    for impact, (score, gap) in scores.items():
        row = table.get_by_role("row", name=re.compile(f"^{person.says(impact)}"))
        expect(row.locator("b")).to_have_text(str(score))
        expect(row.locator("td").nth(3)).to_contain_text(str(gap))
