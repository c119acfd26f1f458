"""What the two servers share: be found alive, be waited for, be started once, be ended."""

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

from phare_platform.embedded import folders, processes
from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import Account, say


class Answer(Enum):
    """What a server says when asked whether it serves."""

    READY = "ready"
    BUSY = "busy"  # alive, and still loading or recovering its data
    SILENT = "silent"


class Server(ABC):
    """One server with its own home folder. Every method may raise Trouble."""

    name: str
    patience: float = 60  # seconds a living server may stay silent
    ending: Sequence[tuple[signal.Signals, float]]  # signals to end it, with seconds for each
    home: Path  # all that it keeps
    sockets: Path  # the folder of its socket, in the home unless that path is too long
    account: Account

    def __init__(self, base: Path, *, fast: bool = False) -> None:
        self.base = base
        self.fast = fast  # throw-away data: nothing is forced to disk

    @property
    @abstractmethod
    def addresses(self) -> dict[str, str]:
        """The variables by which the settings find this server."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """The file in which the server writes its process number first."""

    @property
    @abstractmethod
    def inside(self) -> Path:
        """The current folder of the process."""

    @property
    @abstractmethod
    def mark(self) -> str:
        """The part of the command line that no other server has."""

    @abstractmethod
    def version(self) -> str:
        """Name and version, as the program says it."""

    @abstractmethod
    def answer(self) -> Answer:
        """Ask the server whether it serves."""

    @abstractmethod
    def prepare(self) -> None:
        """Make what must exist before a start: folders, programs, an empty cluster."""

    @abstractmethod
    def clear_leftovers(self) -> None:
        """Remove what a dead server left and a new one would stumble over."""

    @abstractmethod
    def launch(self) -> "subprocess.Popen[bytes]":
        """Start the process."""

    @property
    def log(self) -> Path:
        """Where the server writes what it does."""
        return self.home / "server.log"

    def pid(self) -> int | None:
        """Return the process of our living server.

        A number that a zombie or, after a restart of the machine, a stranger bears is not ours;
        neither is what a power cut left of the file.
        """
        number = self.noted_pid()
        command = processes.command_of(number) if number else None
        return number if command is not None and self.mark in f" {command} " else None

    def noted_pid(self) -> int | None:
        """Return the number in the pid file, alive or not."""
        try:
            number = int(self.pid_file.read_text(errors="replace").split(maxsplit=1)[0])
        except (OSError, ValueError, IndexError):
            return None
        return number if number > 0 else None

    def start(self) -> None:
        """Make sure that the server serves, whatever an earlier life left behind."""
        self.prepare()
        if self.pid() and self.wait_until_ready(lambda: self.pid() is not None):
            return
        began = time.monotonic()
        self._end_lost_ones()
        self.clear_leftovers()
        self._launch_and_wait()
        say(f"{self.version()} is up after {time.monotonic() - began:.1f} s.")

    def stop(self) -> None:
        """End the server if it lives, and wait until it is gone."""
        number = self.pid()
        if number is not None and not processes.end(number, self.ending):
            raise Trouble(f"{self.name} (process {number}) does not end; see {self.log}.")
        self._end_lost_ones()

    def _end_lost_ones(self) -> None:
        """End a server whose data were deleted while it ran: nobody can reach it any more."""
        for number in processes.working_in(f"{self.inside} (deleted)", self.mark):
            processes.end(number, [(signal.SIGQUIT, 5), (signal.SIGKILL, 5)])

    def erase(self) -> None:
        """End the server and delete everything it kept."""
        self.stop()
        folders.remove(self.home)
        folders.remove(self.sockets)

    def wait_until_ready(self, alive: Callable[[], bool]) -> bool:
        """Return True when the server serves, False when it died first.

        One that recovers its data after a crash is given all the time it takes.
        """
        heard = told = time.monotonic()
        while (answer := self.answer()) is not Answer.READY:
            now = time.monotonic()
            if not alive():
                return False
            if answer is Answer.BUSY:
                heard = now
            if now - heard > self.patience:
                raise Trouble(f"{self.name} runs but does not answer; see {self.log}.")
            if now - told > 5:
                told = now
                say(f"{self.name} is still getting ready …")
            time.sleep(processes.PAUSE)
        return True

    def _launch_and_wait(self) -> None:
        limit = time.monotonic() + 30
        while not self._launched():
            if not self._worth_another_try() or time.monotonic() > limit:
                raise Trouble(f"{self.name} did not start. Its last words:\n{self.last_words()}")
            time.sleep(0.5)

    def _launched(self) -> bool:
        process = self.launch()
        if not self.wait_until_ready(lambda: process.poll() is None):
            return False
        process.returncode = 0  # it outlives us on purpose: nobody will ask for its code
        return True

    def _worth_another_try(self) -> bool:
        return False

    def last_words(self) -> str:
        """Return the end of the log."""
        try:
            return self.log.read_text(errors="replace")[-1500:]
        except OSError as refusal:
            return str(refusal)


def ask(place: Path | int, command: bytes) -> bytes:
    """Send one word to a Redis at a socket or a loopback port; empty when nobody answers."""
    family = socket.AF_INET if isinstance(place, int) else socket.AF_UNIX
    address = ("127.0.0.1", place) if isinstance(place, int) else os.fspath(place)
    with socket.socket(family) as line:
        line.settimeout(2)
        try:
            line.connect(address)
            line.sendall(b"*1\r\n$%d\r\n%s\r\n" % (len(command), command))
            return line.recv(200)
        except OSError:
            return b""
