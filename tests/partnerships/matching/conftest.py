"""The cast of matching, for every test of this room."""

from tests.partnerships.matching.cast import *  # noqa: F403
