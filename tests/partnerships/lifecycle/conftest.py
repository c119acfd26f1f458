"""The cast of partnerships, for every test of this room."""

from tests.partnerships.lifecycle.cast import *  # noqa: F403
