"""Memory that is no longer used goes back to the system."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Hand freed memory back to the system, where the C library has kept it for later.

    After large arrays have come and gone it holds on to hundreds of megabytes. Nothing happens
    with a library other than glibc.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
