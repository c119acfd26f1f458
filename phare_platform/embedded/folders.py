"""Folders: where servers keep their data, their sockets and the lock that orders starters."""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import Account, run, say

SOCKET_LIMIT = 100  # bytes; systems allow 104 to 108 for the path of a socket
PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")  # needs no quoting in an address or in an option
SHORT = Path("/tmp")  # noqa: S108 - ownership is checked; not TMPDIR, which may differ between the one who starts and who stops
LASTING = Path("/var/tmp")  # noqa: S108 - ownership is checked; survives a restart of the machine


def own_name(folder: Path) -> str:
    """Return a short name that belongs to this folder alone."""
    return f"phare-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"


def sockets_of(home: Path, socket: str) -> Path:
    """Return where a server of this home puts its socket: beside its data, or under /tmp.

    A long path is refused by the system, an unusual one is misread somewhere along the way.
    """
    near = home / "run"
    if len(os.fsencode(near / socket)) <= SOCKET_LIMIT and PLAIN_PATH.fullmatch(str(near)):
        return near
    return SHORT / own_name(home)


def make_base(base: Path) -> None:
    """Create the folder of all servers; one that exists keeps its permissions.

    Raises Trouble when it belongs to somebody else.
    """
    if not base.exists():
        base.mkdir(parents=True)
        base.chmod(0o755)  # whatever the umask says, PostgreSQL's own user must pass
    if not os.access(base, os.W_OK | os.X_OK):
        raise Trouble(
            f"{base} belongs to {_owner(base)} and is closed to you: run this as that user, "
            "or choose another folder with --dir."
        )


def make_private(folder: Path, account: Account) -> None:
    """Create a folder that only the account enters. Raises Trouble when a stranger made it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account.user_id}:
        raise Trouble(f"{folder} was made by {_owner(folder)}: remove it, then start again.")
    account.take(folder)


def remove(folder: Path) -> None:
    """Delete a folder that a server kept; none is fine."""
    if folder.is_dir() and not folder.is_symlink():
        shutil.rmtree(folder)


def can_enter(folder: Path, account: Account) -> bool:
    """Say whether the account may reach the folder, asking the system rather than the modes."""
    near = next(path for path in (folder, *folder.parents) if path.exists())
    return run(["/bin/sh", "-c", 'cd "$1"', "-", str(near)], account).returncode == 0


@contextmanager
def one_at_a_time(base: Path) -> Iterator[None]:
    """Make everyone who starts or stops the servers of this folder wait in line."""
    # Read-only is enough for a lock, and lets the owner of the folder and root share the file.
    handle = os.open(base / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start or stop is under way: waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _owner(path: Path) -> str:
    uid = path.lstat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
