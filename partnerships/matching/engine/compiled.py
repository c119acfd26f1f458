"""Loops that must be fast: compiled where numba is there, plain Python where it is not."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Have a loop over arrays compiled, once for all processes; `py_func` is the plain one."""
    if find_spec("numba") is None:
        return loop
    return cast(Loop, import_module("numba").njit(cache=True, nogil=True)(loop))
