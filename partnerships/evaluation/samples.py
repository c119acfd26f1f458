"""What the mails of this room look like, one line each."""

from django.utils.translation import gettext_lazy as _

from partnerships.evaluation import emails
from partnerships.evaluation.models import Evaluation
from partnerships.lifecycle.samples import partnership_of
from partnerships.organisations.samples import Stage
from phare_platform.outbox.composing import Sample

FOLDER = "partnerships/evaluation/emails"


def _evaluation(stage: Stage) -> Evaluation:
    return Evaluation.objects.create(partnership=partnership_of(stage))


SAMPLES = [
    Sample(f"{FOLDER}/opened", _("questionnaire to fill in"),
           lambda stage: emails.send_opened(_evaluation(stage))),
    Sample(f"{FOLDER}/complete", _("evaluation complete"),
           lambda stage: emails.send_complete(_evaluation(stage), by=None)),
]  # fmt: skip
