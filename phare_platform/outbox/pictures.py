"""Pictures in messages travel with them: nothing is fetched, so nobody learns who reads.

The HTML part names a picture as `cid:<name>`; the name says all that is needed to draw it
(`lib.rose.pixels`), so the row of a message holds words only. It is drawn when the message leaves,
or shown as `data:` where a message is previewed.
"""

import base64
import re
from email.mime.image import MIMEImage
from functools import lru_cache

from django.core.mail import EmailMultiAlternatives

from phare_platform.lib.rose.pixels import NAME, draw_picture

CID = re.compile(rf"\bcid:({NAME.pattern})")


def pictures_in(html: str) -> dict[str, bytes]:
    """The pictures that this HTML part shows, as PNG, by name."""
    return {name: _drawn(name) for name in dict.fromkeys(found[1] for found in CID.finditer(html))}


def attach_pictures(mail: EmailMultiAlternatives, html: str) -> None:
    """Let the pictures of this HTML part travel with the message."""
    for name, data in pictures_in(html).items():
        picture = MIMEImage(data, "png")
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
        mail.attach(picture)
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # the parts belong to the page, not beside it


def with_pictures(html: str) -> str:
    """The same page with its pictures inside, for a browser."""
    return CID.sub(lambda found: f"data:image/png;base64,{_base64(found[1])}", html)


@lru_cache(256)
def _drawn(name: str) -> bytes:
    return draw_picture(name)


def _base64(name: str) -> str:
    return base64.b64encode(_drawn(name)).decode()
