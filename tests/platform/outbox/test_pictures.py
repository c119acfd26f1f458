"""Roses in mail: drawn from their name alone, and travelling with the message."""

import struct
import zlib
from email import message_from_bytes

import numpy as np
import pytest
from django.db import transaction

from phare_platform.lib.rose.pixels import SIDE, draw_picture, picture_name
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message
from phare_platform.outbox.pictures import pictures_in, with_pictures
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.sender import send_all_due
from phare_platform.outbox.services import queue_rendered

NAME = picture_name({5: 1, 11: 1, 6: 2 / 3}, {11: 1 / 3, 2: 1 / 3}, [11])
HTML = (
    f'<html><body><img src="cid:{NAME}" alt="rose"><img src="cid:{NAME}" alt="rose"></body></html>'
)


def pixels(png):
    """The picture as rows of red, green, blue, opacity."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    place, data = 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        (check,) = struct.unpack(">I", png[place + 8 + length : place + 12 + length])
        assert check == zlib.crc32(kind + body)
        data += body if kind == b"IDAT" else b""
        place += 12 + length
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(SIDE, 1 + SIDE * 4)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(SIDE, SIDE, 4)


def at(image, domain, distance):
    """The colour in the middle of a domain's ray, so far from the centre."""
    turn = np.radians((domain - 0.5) * 22.5)
    x, y = SIDE / 2 + distance * np.sin(turn), SIDE / 2 - distance * np.cos(turn)
    return tuple(int(value) for value in image[int(y), int(x)])


def test_the_name_says_levels_and_nothing_else():
    assert NAME == "rose-0000320000300000-0100000000100000-0400"


def test_rays_strokes_and_arcs_are_where_they_belong():
    image = pixels(draw_picture(NAME))
    assert at(image, 11, 30) == (0x6A, 0x3D, 0x9A, 255)  # societal, and the two meet there
    assert at(image, 11, 94) == (0xFF, 0xC5, 0x3D, 255)  # the yellow arc
    assert at(image, 5, 60) not in [at(image, 11, 30), at(image, 3, 60)]  # a paler red
    assert at(image, 5, 60)[0] > at(image, 5, 60)[1]
    assert at(image, 3, 60) == (0xF3, 0xF0, 0xE9, 255)  # an empty bed
    assert at(image, 5, 94) == (255, 255, 255, 255)  # no arc: the light ground
    assert image[0, 0, 3] == 0  # around it, whatever the reader's background is


@pytest.mark.parametrize("name", ["", "rose-1-1-1", NAME.replace("3", "4"), NAME + "0"])
def test_what_is_no_name_is_no_picture(name):
    with pytest.raises(ValueError, match=r".*"):
        draw_picture(name)


@pytest.mark.django_db
def test_it_travels_with_the_message_once(mailoutbox):
    with transaction.atomic():
        queue_rendered(
            key="a", kind=MessageKind.DIGEST, rendered=Rendered("s", "t", HTML),
            to="a@b.example", recipient=None, language="fr",
        )  # fmt: skip
    assert "base64" not in Message.objects.get().html
    send_all_due()
    mail = message_from_bytes(mailoutbox[0].message().as_bytes())
    assert mail.get_content_type() == "multipart/related"
    whole, picture = mail.get_payload()
    assert [part.get_content_type() for part in whole.get_payload()] == ["text/plain", "text/html"]
    assert (picture["Content-ID"], picture.get_content_type()) == (f"<{NAME}>", "image/png")
    assert picture.get_payload(decode=True) == draw_picture(NAME)


def test_a_preview_has_them_inside():
    assert list(pictures_in(HTML)) == [NAME]
    page = with_pictures(HTML)
    assert "cid:" not in page
    assert page.count("data:image/png;base64,iVBOR") == 2
