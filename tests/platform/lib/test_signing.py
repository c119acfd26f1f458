"""Signed links: one purpose, a limited time, nothing altered."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from phare_platform.lib.signing import LinkExpired, LinkInvalid, make_token, read_token


def test_a_token_is_good_for_one_purpose_and_a_time():
    token = make_token("answer", {"pk": 7})
    assert read_token("answer", token) == {"pk": 7}
    with pytest.raises(LinkInvalid):
        read_token("unsubscribe", token)
    with (
        time_machine.travel(timezone.now() + timedelta(days=30, seconds=2)),
        pytest.raises(LinkExpired),
    ):
        read_token("answer", token)


def test_no_altered_token_is_taken():
    token = make_token("answer", {"pk": 7})
    for place in range(len(token)):
        for letter in "Aa0-":
            altered = token[:place] + letter + token[place + 1 :]
            if altered != token:
                with pytest.raises(LinkInvalid):
                    read_token("answer", altered)


def test_a_retired_key_is_still_read_until_it_is_removed(settings):
    token = make_token("answer", {"pk": 7})
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-" + "y" * 50
    with pytest.raises(LinkInvalid):
        read_token("answer", token)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert read_token("answer", token) == {"pk": 7}
