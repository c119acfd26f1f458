"""The partnerships of the demonstration, one at each stage, told through the real services."""

from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from partnerships.conversations.services import mark_read, post_message
from partnerships.evaluation.models import Evaluation
from partnerships.evaluation.rules import Given
from partnerships.evaluation.services import submit_answers
from partnerships.lifecycle.enums import ClosingDecision, EndReason, PointState, Stage
from partnerships.lifecycle.models import Partnership
from partnerships.lifecycle.services import (
    add_note,
    end_partnership,
    move_to_stage,
    open_partnership,
    set_point,
)
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionList
from partnerships.matching.rules.introductions import LASTS
from partnerships.matching.services import answer_suggestion, refresh_matches
from partnerships.organisations.models import Organisation
from partnerships.reminders.services import open_reminders
from phare_platform.accounts.models import User
from phare_platform.demo.cast import MODES
from phare_platform.demo.load import person_called
from territories.fragilities.models import Domain
from territories.places.models import Place

# What is written on the key points that were settled.
EVIDENCE = {
    "PR01": "Deux domaines retenus lors de la rencontre du territoire, avec un chiffre chacun.",
    "PR03": "Questionnaire de préparation : 4 sur 5 et 3 sur 5.",
    "PR07": "Compte rendu de la première rencontre : deux intérêts et deux limites écrits.",
    "PR10": "Ambition : soixante personnes de plus accompagnées avant la fin de l’année.",
    "PR14": "Quatre indicateurs, état initial daté.",
    "PR15": "Accord signé par les deux directions, revu dans un an.",
    "AC01": "Réunion de lancement tenue, calendrier partagé.",
    "AC03": "Plan d’action : neuf actions, une personne et une date pour chacune.",
    "AC05": "Sept engagements tenus sur neuf.",
    "AC06": "Pouls du trimestre : 3,6 de moyenne, écart inférieur à 1.",
    "AC12": "Point à mi-parcours : on garde la forme, on étend à un second quartier.",
    "EV01": "L’évaluation servira à décider de la suite ; lue par les partenaires et la commune.",
    "EV09": "Lecture commune de quatre-vingt-dix minutes, un désaccord noté.",
    "EV12": "Décision prise ensemble et datée.",
}
QUESTION = "Bonjour, nos ateliers du mardi cherchent un partenaire pour toucher les personnes qui ne sortent plus. Seriez-vous prêts à en parler une demi-heure ?"
ANSWER = "Bonjour, volontiers. Nous voyons bien trois quartiers où commencer. Voici ce que nous avons fait l’an dernier : https://phare.example/bilan"
ONE_MORE = "Nous pourrions vous recevoir jeudi ou vendredi matin. Qu’est-ce qui vous arrange ?"
BEFORE = {
    Stage.PREPARE: (),
    Stage.ACCOMPANY: (Stage.PREPARE,),
    Stage.EVALUATE: (Stage.PREPARE, Stage.ACCOMPANY),
    Stage.CLOSED: (Stage.PREPARE, Stage.ACCOMPANY, Stage.EVALUATE),
    Stage.ENDED: (Stage.PREPARE,),
}
PREFIX = {Stage.PREPARE: "PR", Stage.ACCOMPANY: "AC", Stage.EVALUATE: "EV"}
AUTOMATIC = ("EV06", "EV07")


class Story(NamedTuple):
    """A partnership: who, on what (domain numbers), how far, since how many days."""

    title: str
    partners: str
    domains: tuple[int, ...]
    modes: str
    stage: Stage
    days: int
    purpose: str
    points: int = 0  # key points settled in the present stage
    decision: str = ""
    answers: tuple[tuple[int, ...], ...] = ()  # I1…I6, P1…P6, T1…T6 of each partner
    is_accompanied: bool = True
    note: str = ""


STORIES = [
    Story("Aînés connectés", "ateliers-clain clic-solidaire", (5, 13), "PS", Stage.ACCOMPANY, 150, "Des ateliers numériques dans les lieux où les aînés viennent déjà.", 3, note="Le groupe du mardi est complet ; ouvrir un second créneau en janvier."),
    Story("Navette santé du Loudunais", "mobilites-vienne soins-loudunais", (11, 12), "ES", Stage.PREPARE, 40, "Conduire les patients sans voiture à la maison de santé, deux matins par semaine.", 2),
    Story("Jardins partagés des Couronneries", "terre-ici residences-poitou", (15, 5), "RE", Stage.ACCOMPANY, 210, "Trois jardins en pied d’immeuble, tenus par les habitants.", 2, note="Le bailleur demande de revoir le partage des frais d’eau."),
    Story("Un toit, un stage", "toit-stage sem-vienne", (7, 1), "E", Stage.EVALUATE, 430, "Loger les stagiaires dans les logements en attente de travaux.", 1, answers=((3, 3, 2, 2, 3, 2, 3, 3, 3, 2, 3, 3, 4, 3, 3, 4, 2, 2),)),
    Story("Lire ensemble", "medias-livres papeteries-leau", (14, 10), "P", Stage.CLOSED, 620, "Des cahiers et des ateliers de lecture dans six écoles.", 3, "deepen", ((3, 2, 3, 2, 3, 2, 3, 3, 3, 2, 3, 3, 4, 4, 3, 4, 3, 2), (2, 3, 2, 2, 3, 3, 3, 2, 3, 3, 2, 4, 3, 4, 3, 4, 3, 3))),
    Story("Premiers pas", "seconde-chance fonderies", (1, 10), "PE", Stage.ACCOMPANY, 120, "Vingt jeunes découvrent la fonderie pendant six semaines payées.", 4),
    Story("Santé au village", "prevention-nord mutuelle-bocage ville-thouet", (12, 6), "S", Stage.CLOSED, 700, "Un bus de prévention dans douze villages, avec la mutuelle et la commune.", 3, "scale", ((4, 3, 3, 3, 4, 4, 3, 4, 3, 3, 4, 3, 4, 4, 4, 4, 4, 3), (3, 3, 3, 2, 3, 4, 4, 3, 4, 4, 3, 3, 4, 4, 3, 4, 4, 3), (3, 4, 2, 3, 4, 4, 3, 3, 3, 3, 3, 3, 4, 3, 4, 4, 3, 4))),
    Story("Ordinateurs retrouvés", "code-ouvert entraide-marais", (13,), "R", Stage.ENDED, 300, "Remettre en état quarante ordinateurs pour des familles rurales.", 2),
    Story("Le car des apprentis", "mission-rurale logistique-sud garage-solidaire", (1, 11), "E", Stage.PREPARE, 205, "Amener les apprentis du sud de la Vienne au travail avant six heures.", 1, is_accompanied=False),
    Story("Vieillir chez soi, ensemble", "labo-vieillir coup-de-fil", (6, 5), "S", Stage.EVALUATE, 395, "Mesurer ce que changent les appels hebdomadaires pour les personnes isolées.", 1),
]  # fmt: skip


def tell_stories(organisations: dict[str, Organisation]) -> int:
    """Create the partnerships that are missing, and suggestions for all; how many are there."""
    with override("fr"):
        for story in STORIES:
            if not Partnership.objects.filter(title=story.title, is_fictitious=True).exists():
                _tell(story, organisations)
        if not SuggestionList.objects.exists():
            refresh_matches()
            _answer_some(organisations)
    return Partnership.objects.filter(is_fictitious=True).count()


@transaction.atomic
def _tell(story: Story, organisations: dict[str, Organisation]) -> None:
    facilitator = person_called("Fanny")
    partners = [organisations[key] for key in story.partners.split()]
    partnership = open_partnership(
        title=story.title,
        organisations=partners,
        place=_territory_of(partners),
        domains=list(Domain.objects.filter(number__in=story.domains)),
        by=facilitator,
        purpose=story.purpose,
        modes=[MODES[letter] for letter in story.modes],
        facilitator=facilitator if story.is_accompanied else None,
        agreed=partners,
        is_fictitious=True,
    )
    for stage in BEFORE[story.stage]:
        if story.stage == Stage.ENDED:
            break
        _settle(partnership, stage, by=facilitator)
        if stage == Stage.EVALUATE:
            _evaluate(partnership, partners, story, by=facilitator)
        partnership = _advance(partnership, stage, story, by=facilitator)
    if story.stage in PREFIX:
        _settle(partnership, story.stage, by=facilitator, most=story.points)
    if story.stage == Stage.EVALUATE:
        _evaluate(partnership, partners, story, by=facilitator)
    if story.note:
        add_note(partnership, text=story.note, by=facilitator)
    if story.stage == Stage.ENDED:
        _settle(partnership, Stage.PREPARE, by=facilitator, most=story.points)
        end_partnership(
            Partnership.objects.get(pk=partnership.pk),
            reason=EndReason.NO_MEANS,
            by=facilitator,
            expected_version=Partnership.objects.get(pk=partnership.pk).version,
            note="Le reconditionnement demandait un local que personne n’a pu trouver.",
        )
    _age(partnership.pk, story.days)


def _advance(partnership: Partnership, stage: Stage, story: Story, *, by: User) -> Partnership:
    following = {
        Stage.PREPARE: Stage.ACCOMPANY,
        Stage.ACCOMPANY: Stage.EVALUATE,
        Stage.EVALUATE: Stage.CLOSED,
    }[stage]
    present = Partnership.objects.get(pk=partnership.pk)
    decision = ClosingDecision(story.decision) if following == Stage.CLOSED else ""
    return move_to_stage(
        present, to=following, by=by, expected_version=present.version, decision=decision
    )


def _settle(partnership: Partnership, stage: Stage, *, by: User, most: int = 20) -> None:
    codes = [code for code in EVIDENCE if code.startswith(PREFIX[stage])]
    for code in codes[:most]:
        if code not in AUTOMATIC:
            set_point(partnership, code=code, state=PointState.DONE, evidence=EVIDENCE[code], by=by)


def _evaluate(
    partnership: Partnership, partners: list[Organisation], story: Story, *, by: User
) -> None:
    evaluation = Evaluation.objects.get(partnership=partnership)
    codes = [f"{block}{number}" for block in "IPT" for number in range(1, 7)]
    for partner, values in zip(partners, story.answers, strict=False):
        given = {
            code: Given(value=value, evidence="Voir le bilan partagé." if value > 2 else "")
            for code, value in zip(codes, values, strict=True)
        }
        submit_answers(evaluation, organisation=partner, answers=given, by=by)


def _territory_of(partners: list[Organisation]) -> Place:
    """The smallest place that holds the homes of all: their intermunicipality, department…"""
    common: set[int] | None = None
    for partner in partners:
        around = set(Place.objects.around(partner.home).values_list("pk", flat=True))
        common = around if common is None else common & around
    places = Place.objects.filter(pk__in=common or set())
    return min(places, key=lambda place: place.population or 0)


def _age(pk: int, days: int) -> None:
    """Spread the story over the last `days`: everything happened today, in order."""
    now = timezone.now()
    partnership = Partnership.objects.get(pk=pk)
    events = list(partnership.events.order_by("pk"))
    step = timedelta(days=days) / max(len(events), 1)
    for number, event in enumerate(events):
        event.happened_at = now - timedelta(days=days) + step * number
        event.save(update_fields=["happened_at"])
    moves = [event for event in events if event.kind == "stage_changed"]
    partnership.opened_at = now - timedelta(days=days)
    partnership.stage_since = moves[-1].happened_at if moves else partnership.opened_at
    for event in moves:
        if event.data["to"] == Stage.ACCOMPANY:
            partnership.accompany_at = event.happened_at
        elif event.data["to"] == Stage.EVALUATE:
            partnership.evaluate_at = event.happened_at
    if partnership.finished_at:
        partnership.finished_at = partnership.stage_since
    partnership.save()


def _answer_some(organisations: dict[str, Organisation]) -> None:
    """One introduction open for Alice's association, and interest that waits for an answer."""
    alice = organisations["ateliers-clain"]
    suggested = list(SuggestionList.objects.get(organisation=alice).partners)
    others = [o for pk in suggested for o in organisations.values() if o.pk == pk]
    bruno = organisations["mobilites-vienne"]
    waiting = [o for o in others if o.pk != bruno.pk][:2]
    for other in [bruno, *waiting[:1]]:
        if alice.pk in SuggestionList.objects.get(organisation=other).partners:
            answer_suggestion(other, other=alice, kind=AnswerKind.INTERESTED, by=None)
    for other in waiting[:1]:
        answered = answer_suggestion(
            alice, other=other, kind=AnswerKind.INTERESTED, by=person_called("Alice")
        )
        if answered.introduction:
            _talk(answered.introduction, alice, other)
    long_ago = timezone.now() - timedelta(days=215)
    Organisation.objects.filter(pk=bruno.pk).update(confirmed_at=long_ago)
    open_reminders(now=timezone.now())


def _talk(introduction: Introduction, alice: Organisation, other: Organisation) -> None:
    """Six days of conversation: a question, an answer, and one more that waits to be read."""
    now = timezone.now()
    begin = now - timedelta(days=6)
    Introduction.objects.filter(pk=introduction.pk).update(
        opened_at=begin, expires_at=begin + LASTS
    )
    person = person_called("Alice")
    for side, days, text in (
        (alice, 5, QUESTION),
        (other, 4, ANSWER),
        (other, 1, ONE_MORE),
    ):
        said = post_message(
            introduction,
            organisation=side,
            text=text,
            by=person if side == alice else None,
            at=now - timedelta(days=days),
        )
        if days == 4:
            mark_read(introduction, organisation=alice, up_to=said.pk, at=said.written_at)
