"""Every mail of the platform, composed for any organisation; and made harmless for a test."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from partnerships.organisations.models import Organisation
from partnerships.organisations.samples import Stage
from partnerships.samples import GROUPS as OF_PARTNERSHIPS
from phare_platform.outbox.composing import Letter, Sample, composing
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.samples import SAMPLES as OF_ACCOUNTS

GROUPS = [*OF_PARTNERSHIPS, (gettext_lazy("accounts"), OF_ACCOUNTS)]
SAMPLES = {sample.template: sample for _label, samples in GROUPS for sample in samples}
LINK = re.compile(r"""(?<!src=["'])(?<!xmlns=["'])https?://[^\s"'<>]+""")
HREF = re.compile(r"""(\bhref\s*=\s*)("[^"]*"|'[^']*')""", re.IGNORECASE)


def compose(
    sample: Sample, *, language: str, organisation: Organisation | None = None
) -> tuple[Letter | None, bool]:
    """The letter as it would leave now, and whether the organisation has nobody to read it.

    Nothing is sent and nothing is written. Without an organisation an invented one is told; the
    letter is None when the platform would write to nobody.
    """
    with composing(language) as desk:
        stage = Stage(organisation)
        sample.send(stage)
        return stage.own(desk.letters), stage.is_empty


def harmless(rendered: Rendered) -> Rendered:
    """The same message, each link of which leads to the page that says it was a test.

    Real links are keys: whoever opens them answers in somebody's name.
    """
    page = f"{settings.SITE_URL}{reverse('mail_test')}"
    html = HREF.sub(lambda found: f'{found[1]}"{page}"', rendered.html)
    return Rendered(rendered.subject, LINK.sub(page, rendered.text), LINK.sub(page, html))
