"""A small country, organisations in it, and the team."""

from tests.partnerships.matching.cast import *  # noqa: F403
