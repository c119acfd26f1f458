"""The questionnaire, the waiting page and the results: who sees what, and when."""

import pytest
from django.urls import reverse

from partnerships.evaluation import urls
from partnerships.evaluation.models import AnswerSheet, QuestionnaireAnswer
from partnerships.evaluation.rules import Given
from partnerships.evaluation.services import save_answers, submit_answers
from partnerships.lifecycle.services import end_partnership
from tests.partnerships.evaluation.answers import OF_A, OF_B, given, posted
from tests.partnerships.lifecycle.cast import fresh

pytestmark = pytest.mark.django_db

PEOPLE = ["alice", "rita", "fanny", "dora", "charlie", "felix"]
WHILE_OPEN = {
    "evaluation": [200, 200, 200, 200, 404, 404],
    "evaluation_answer": [200, 403, 403, 403, 404, 404],
    "evaluation_export": [404, 404, 404, 404, 404, 404],
}
ONCE_COMPLETE = {
    "evaluation": [200, 200, 200, 200, 404, 404],
    "evaluation_answer": [302, 302, 302, 302, 404, 404],
    "evaluation_export": [200, 200, 200, 200, 404, 404],
}
SECRET = "Le café-lecture du samedi"


@pytest.fixture
def people(alice, rita, fanny, dora, charlie, felix):
    return [alice, rita, fanny, dora, charlie, felix]


@pytest.fixture
def complete(evaluation, workshops, rides, alice, bob):
    words = given(OF_A, I7=Given(text=SECRET), I1=Given(value=4, evidence="Fiche de leçons"))
    submit_answers(evaluation, organisation=workshops, answers=words, by=alice)
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    return evaluation


def url(name, evaluation):
    return reverse(f"partnerships:{name}", args=[evaluation.partnership_id])


def test_every_address_of_the_room_is_in_the_table():
    assert {p.name for p in urls.urlpatterns} == set(WHILE_OPEN) == set(ONCE_COMPLETE)


@pytest.mark.parametrize("name", WHILE_OPEN)
def test_while_it_is_open_only_editors_of_partners_answer(client, evaluation, people, name):
    found = []
    for person in people:
        client.force_login(person)
        found.append(client.get(url(name, evaluation)).status_code)
    assert found == WHILE_OPEN[name]


@pytest.mark.parametrize("name", ONCE_COMPLETE)
def test_once_complete_partners_facilitator_and_team_read(client, complete, people, name):
    found = []
    for person in people:
        client.force_login(person)
        found.append(client.get(url(name, complete)).status_code)
    assert found == ONCE_COMPLETE[name]


@pytest.mark.parametrize("name", WHILE_OPEN)
def test_a_signed_out_visitor_is_sent_to_the_login_page(client, evaluation, name):
    response = client.get(url(name, evaluation))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_before_the_stage_there_is_no_evaluation(client, partnership, alice):
    client.force_login(alice)
    page = reverse("partnerships:evaluation", args=[partnership.pk])
    assert client.get(page).status_code == 404


def test_what_one_partner_answered_stays_hidden_until_all_have(
    client, evaluation, workshops, alice, bob, fanny, dora
):
    words = given(OF_A, I7=Given(text=SECRET))
    submit_answers(evaluation, organisation=workshops, answers=words, by=alice)
    for person in (bob, fanny, dora):
        client.force_login(person)
        for name in ("evaluation", "evaluation_answer"):
            page = client.get(url(name, evaluation)).content.decode()
            assert SECRET not in page
    page = client.get(url("evaluation", evaluation))
    answered = {a.organisation: a.submitted_at is not None for a in page.context["answerers"]}
    assert answered[workshops] is True


def test_the_context_is_proposed_from_what_is_known(client, evaluation, alice):
    client.force_login(alice)
    form = client.get(url("evaluation_answer", evaluation)).context["form"]
    assert form["C1"].value() == "association"
    assert form["C4"].value() == ["D11"]
    assert form["C3"].value() == 0


def test_the_questionnaire_is_made_of_named_groups_of_choices(client, evaluation, alice):
    client.force_login(alice)
    page = client.get(url("evaluation_answer", evaluation)).content.decode()
    assert page.count('name="I1"') == 6
    legend = page.split('name="I1"')[0].rsplit("<legend>", 1)[1]
    assert "Ensemble, nous avons" in legend


def test_a_draft_is_saved_with_gaps_and_comes_back(client, evaluation, workshops, alice):
    client.force_login(alice)
    sent = {"I1": "4", "I1_evidence": "Fiche", "I2": "NA", "B1": "12,5", "C6_1": "innovation"}
    response = client.post(url("evaluation_answer", evaluation), {**sent, "deed": "draft"})
    assert response["Location"].endswith(f"?organisation={workshops.pk}")
    form = client.get(response["Location"]).context["form"]
    assert (form["I1"].value(), form["I1_evidence"].value()) == ("4", "Fiche")
    assert (form["I2"].value(), form["C6_1"].value()) == ("NA", "innovation")
    assert QuestionnaireAnswer.objects.get(question="B1").number == 12.5
    assert AnswerSheet.objects.get().submitted_at is None


def test_sending_with_gaps_names_each_and_keeps_the_rest(client, evaluation, alice):
    client.force_login(alice)
    values = {code: value for code, value in OF_A.items() if code not in ("I3", "T2")}
    sent = posted(values, I7=SECRET, deed="send")
    response = client.post(url("evaluation_answer", evaluation), sent)
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"I3", "T2"}
    page = response.content.decode()
    assert SECRET in page
    assert 'href="#id_I3"' in page
    assert not AnswerSheet.objects.exists()


def test_what_is_sent_from_the_page_is_there_and_cannot_be_sent_again(client, evaluation, alice):
    client.force_login(alice)
    sent = posted(OF_A, deed="send")
    first = client.post(url("evaluation_answer", evaluation), sent)
    assert first["Location"] == url("evaluation", evaluation)
    again = client.post(url("evaluation_answer", evaluation), posted(OF_B, deed="send"))
    assert again["Location"] == url("evaluation", evaluation)
    assert QuestionnaireAnswer.objects.get(question="I1").value == 4


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"I1": "5"}, "I1"),
        ({"B1": "beaucoup"}, "B1"),
        ({"B1": "-1"}, "B1"),
        ({"C1": "alien"}, "C1"),
        ({"C4": ["D01", "D99"]}, "C4"),
        ({"C6_1": "innovation", "C6_2": "innovation"}, "C6_2"),
        ({"I7": "x" * 2001}, "I7"),
        ({"I1": "4", "I1_evidence": "x" * 501}, "I1_evidence"),
    ],
)
def test_nonsense_is_named_at_its_field_and_nothing_is_kept(client, evaluation, alice, sent, field):
    client.force_login(alice)
    response = client.post(url("evaluation_answer", evaluation), {"I2": "1", **sent})
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert not QuestionnaireAnswer.objects.exists()


def test_nobody_answers_for_the_other_partner(client, evaluation, rides, neighbour, alice):
    client.force_login(alice)
    for organisation in (rides, neighbour):
        sent = posted(OF_A, deed="send", organisation=organisation.pk)
        assert client.post(url("evaluation_answer", evaluation), sent).status_code == 404
    assert not AnswerSheet.objects.exists()


def test_a_link_followed_too_late_leads_to_the_results_with_a_word(client, complete, alice):
    client.force_login(alice)
    response = client.get(url("evaluation_answer", complete), follow=True)
    assert response.redirect_chain[-1][0] == url("evaluation", complete)
    assert len(list(response.context["messages"])) == 1


def test_the_results_show_scores_gaps_evidence_and_both_sides(client, complete, bob):
    client.force_login(bob)
    response = client.get(url("evaluation", complete))
    results = response.context["results"]
    innovation = results.impacts[0]
    assert (innovation.shown, innovation.gap_shown, innovation.band) == (60, 20, "good")
    assert (innovation.answered, innovation.asked) == (11, 12)
    assert innovation.evidence == pytest.approx(1 / 4)
    assert [i.impact for i in results.alerts] == ["trust"]
    page = response.content.decode()
    assert SECRET in page
    assert "Fiche de leçons" in page
    assert "the partners are 75 points apart" in page
    assert "proposed" in page


def test_the_results_escape_what_people_wrote(client, evaluation, workshops, rides, alice, bob):
    bad = "<img src=x onerror=alert(1)>"
    words = given(OF_A, I7=Given(text=bad), I1=Given(value=4, evidence=bad))
    submit_answers(evaluation, organisation=workshops, answers=words, by=alice)
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    client.force_login(bob)
    assert bad not in client.get(url("evaluation", evaluation)).content.decode()


def test_the_file_holds_scores_and_answers_and_runs_no_formula(
    client, evaluation, workshops, rides, alice, bob
):
    words = given(OF_A, B4=Given(text="=1+1"))
    submit_answers(evaluation, organisation=workshops, answers=words, by=alice)
    submit_answers(evaluation, organisation=rides, answers=given(OF_B), by=bob)
    client.force_login(bob)
    response = client.get(url("evaluation_export", evaluation))
    text = b"".join(response.streaming_content).decode()
    assert "'=1+1" in text
    assert "Score: Innovation,60.00,good" in text
    assert text.count("\n") == 1 + 3 * 4 + 32 * 2


def test_an_ended_partnership_says_that_there_are_no_scores(client, evaluation, partnership, alice):
    end_partnership(
        partnership, reason="other", by=alice, expected_version=fresh(partnership).version
    )
    client.force_login(alice)
    page = client.get(url("evaluation", evaluation))
    assert page.status_code == 200
    assert url("evaluation_answer", evaluation) not in page.content.decode()


@pytest.mark.parametrize(
    ("name", "most"), [("evaluation", 30), ("evaluation_answer", 30), ("evaluation_export", 20)]
)
def test_pages_cost_few_queries(client, complete, bob, name, most, django_assert_max_num_queries):
    client.force_login(bob)
    with django_assert_max_num_queries(most):
        client.get(url(name, complete))


def test_a_draft_is_only_read_by_ones_own(client, evaluation, workshops, rides, alice, bob):
    save_answers(evaluation, organisation=workshops, answers={"I7": Given(text=SECRET)}, by=alice)
    client.force_login(bob)
    page = client.get(url("evaluation_answer", evaluation)).content.decode()
    assert SECRET not in page
    client.force_login(alice)
    assert SECRET in client.get(url("evaluation_answer", evaluation)).content.decode()
