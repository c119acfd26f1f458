"""Loops that must be fast: compiled where numba is there, plain Python where it is not."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])

COMPILED = find_spec("numba") is not None
HERE = Path(__file__).parent


def compiled(loop: Loop) -> Loop:
    """Have a loop over arrays compiled, once for all processes; `py_func` is the plain one.

    Division by zero is the loop's own care: a check inside would make it slow.
    """
    return _compiled(loop)


def inlined(loop: Loop) -> Loop:
    """The same for a part of a loop, which becomes one with whatever calls it.

    To hand over an array takes seven numbers; ten arrays cost more than some loops over them.
    """
    return _compiled(loop, inline="always")


def _compiled(loop: Loop, **options: Any) -> Loop:
    if not COMPILED:
        return loop
    numba = import_module("numba")
    made = numba.njit(cache=_keep(numba), nogil=True, error_model="numpy", **options)
    return cast(Loop, made(loop))


@cache
def kept_in() -> Path | None:
    """The folder that keeps what is compiled, named after all that went into it, if it can be.

    numba notices a change in the file of a loop, but not in another one that it takes a function
    or a table from: old code would go on giving old points.
    """
    folder = HERE / "__pycache__"
    sources = sorted([*HERE.glob("*.py"), *HERE.parent.glob("rules/*.py")])
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return folder / f"compiled-{digest[:16]}" if os.access(folder, os.W_OK) else None


def _keep(numba: Any) -> bool:
    folder = kept_in()
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)
    return folder is not None
