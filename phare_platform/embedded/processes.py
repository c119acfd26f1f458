"""Processes: who runs them, whether they live, how they start and end."""

import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from phare_platform.embedded.errors import Trouble

PROC = Path("/proc")
PAUSE = 0.03  # seconds between two looks at a process
LOG_LIMIT = 10_000_000  # bytes; a longer log is set aside at the next start


def say(sentence: str) -> None:
    """Tell the person what happens. Standard output is kept for addresses."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


@dataclass(frozen=True)
class Account:
    """The system user a server runs as; without a uid, whoever called."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def owning(cls, folder: Path) -> "Account":
        """Return the owner of the folder when we are root and it is not; else the caller."""
        if os.geteuid() != 0:
            return cls()
        found = folder.stat()
        return cls(found.st_uid, found.st_gid) if found.st_uid else cls()

    @classmethod
    def without_privilege(cls) -> "Account":
        """Return `postgres` or `nobody`: PostgreSQL refuses to run as root.

        Raises Trouble on a machine that has neither.
        """
        for name in ("postgres", "nobody"):
            try:
                found = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(found.pw_uid, found.pw_gid)
        raise Trouble("PostgreSQL does not run as root: run this as an ordinary user.")

    @property
    def groups(self) -> list[int] | None:
        """The further groups of a dropped process: none."""
        return None if self.uid is None else []

    @property
    def user_id(self) -> int:
        """The uid the server has, also when it is the caller's."""
        return os.geteuid() if self.uid is None else self.uid

    def take(self, path: Path) -> None:
        """Give the path, and it alone, to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def take_tree(self, top: Path) -> None:
        """Give a whole folder that we made to this account."""
        self.take(top)
        for path in top.rglob("*"):
            self.take(path)


def plain_environment() -> dict[str, str]:
    """Return our environment without what would bend a server: PG* variables, locale, zone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def run(command: Sequence[str], account: Account) -> subprocess.CompletedProcess[str]:
    """Run a short command as the account and return what it said.

    A program that may not be run or is not there gives 126 or 127, as it does in a shell.
    """
    try:
        return subprocess.run(
            command,
            env=plain_environment(),
            cwd="/",  # the current folder may be closed to the account
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=300,
        )
    except PermissionError as refusal:
        return subprocess.CompletedProcess(command, 126, "", str(refusal))
    except FileNotFoundError as refusal:
        return subprocess.CompletedProcess(command, 127, "", str(refusal))


def spawn(
    command: Sequence[str], account: Account, log: Path, extra: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a server of its own session, so that Ctrl-C in the terminal does not reach it."""
    with _open_log(log, account) as output:
        return subprocess.Popen(
            command,
            env={**plain_environment(), **(extra or {})},
            cwd="/",
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _open_log(log: Path, account: Account) -> IO[bytes]:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
    output = log.open("ab")
    account.take(log)
    return output


def command_of(pid: int) -> str | None:
    """Return the command line of a living process; None when it is gone or a mere zombie.

    One that is just dying has an empty command line.
    """
    if (PROC / "self/stat").exists():
        return _command_from_proc(pid)
    command = ["ps", "-ww", "-o", "stat=,args=", "-p", str(pid)]
    state, _, text = run(command, Account()).stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else text.strip()


def _command_from_proc(pid: int) -> str | None:
    try:
        state = (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[0]
        words = (PROC / str(pid) / "cmdline").read_bytes()
    except (OSError, IndexError):
        return None
    if state in "ZX":
        return None
    return os.fsdecode(words.replace(b"\0", b" ")).strip()


def working_in(folder: str, mark: str) -> list[int]:
    """Return the living processes in this current folder that bear the mark.

    Only Linux tells, and writes "… (deleted)" for a folder that was deleted under their feet.
    """
    return [
        int(process.name)
        for process in PROC.glob("[0-9]*")
        if _current_folder(process) == folder and mark in f" {command_of(int(process.name))} "
    ]


def _current_folder(process: Path) -> str:
    try:
        return str((process / "cwd").readlink())
    except OSError:  # gone, or not ours to know
        return ""


def end(pid: int, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn and give it its seconds; return whether the process is gone."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)  # one that was paused could not hear the first
        except ProcessLookupError:
            return True
        if _gone_within(pid, seconds):
            return True
    return False


def _gone_within(pid: int, seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if command_of(pid) is None:
            return True
        time.sleep(PAUSE)
    return False
