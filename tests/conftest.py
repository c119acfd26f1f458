"""What every test begins with."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _no_language_left_behind():
    """Begin in the language of the project: a request before us may have left its reader's."""
    translation.deactivate()
    yield
    translation.deactivate()
