"""The cast of matching, and the daily round."""

import pytest

from partnerships.reminders.services import close_reminders, open_reminders, send_reminders
from tests.partnerships.matching.cast import *  # noqa: F403


@pytest.fixture
def daily():
    """What the task does, at an instant of ours."""

    def run(now):
        close_reminders(now=now)
        opened = open_reminders(now=now)
        while send_reminders(now=now):
            pass
        return opened

    return run
