"""What the mails of this room look like, one line each."""

from django.utils.translation import gettext_lazy as _

from partnerships.lifecycle import emails
from partnerships.lifecycle.enums import EndReason, Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.organisations.samples import Stage as Scene
from phare_platform.outbox.composing import Sample

FOLDER = "partnerships/lifecycle/emails"


def partnership_of(scene: Scene, *, invited: bool = False) -> Partnership:
    """An invented partnership of the two sides; `invited`: our side has not said yes yet."""
    partnership = Partnership.objects.create(
        title="Des paniers pour les familles sans voiture",
        purpose="Livrer les invendus des jardins aux familles sans voiture.",
        place=scene.us.home,
        is_fictitious=True,
    )
    opened = partnership.opened_at
    Partner.objects.create(
        partnership=partnership, organisation=scene.us, agreed_at=None if invited else opened
    )
    Partner.objects.create(partnership=partnership, organisation=scene.them, agreed_at=opened)
    return partnership


def _moved(scene: Scene, stage: Stage) -> None:
    partnership = partnership_of(scene)
    partnership.stage = stage
    partnership.end_reason = EndReason.NO_TIME if stage == Stage.ENDED else ""
    partnership.end_note = "Nous nous reparlons à la rentrée." if stage == Stage.ENDED else ""
    emails.send_moved(partnership, by=None)


SAMPLES = [
    Sample(f"{FOLDER}/opened", _("partnership open"),
           lambda scene: emails.send_opened(partnership_of(scene), by=None)),
    Sample(f"{FOLDER}/invited", _("invitation to a partnership"),
           lambda scene: emails.send_invited(partnership_of(scene, invited=True), by=None)),
    Sample(f"{FOLDER}/joined", _("a partner has agreed"),
           lambda scene: emails.send_joined(
               partnership_of(scene), organisation=scene.them, by=None)),
    Sample(f"{FOLDER}/moved", _("new stage of a partnership"),
           lambda scene: _moved(scene, Stage.ACCOMPANY)),
    Sample(f"{FOLDER}/finished", _("end of a partnership"),
           lambda scene: _moved(scene, Stage.ENDED)),
]  # fmt: skip
