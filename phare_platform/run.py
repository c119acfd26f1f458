"""Run all of PHARE from one terminal: servers, pages, worker, beat. `make run` and `make stop`.

What is started here ends here, in the right order: the processes of the Procfile first, then the
servers they talk to.
"""

import argparse
import errno
import fcntl
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import honcho.manager
from honcho.environ import parse_procfile
from honcho.manager import Manager

from phare_platform.embedded import folders
from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import command_of, end, say
from phare_platform.embedded.services import Services
from phare_platform.keep import die_with_parent

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var"
NOTE = FOLDER / "run"  # process number of the run, emptied when it ends; also its lock
ENDING = 12.0  # seconds for the processes to end; keep.py takes less
PATIENCE = 20.0  # seconds for an earlier run that was killed to fade away

honcho.manager.KILL_WAIT = ENDING


def main() -> int:
    """Run, or end a run; a trouble is told in a sentence and gives exit code 1."""
    options = _parser().parse_args()
    try:
        if options.stop:
            return stop()
        return run(options.port, end_with_parent=options.end_with_parent)
    except Trouble as trouble:
        say(str(trouble))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m phare_platform.run", description=__doc__)
    parser.add_argument("--port", default="8000", help="where the pages are served (default: 8000)")
    parser.add_argument("--stop", action="store_true", help="end a run of this folder, and servers")
    parser.add_argument("--end-with-parent", action="store_true", help="also when it is killed")
    return parser


def run(port_text: str, *, end_with_parent: bool = False) -> int:
    """Start everything and stay until a signal; return the exit code. May raise Trouble."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    if end_with_parent:
        die_with_parent()
    folders.make_base(FOLDER)
    with _only_run():
        port = free_port(port_text)
        services = Services(FOLDER)
        try:
            services.start()
            return _run_on(services, port)
        finally:
            _end_calmly(services)


def _run_on(services: Services, port: int) -> int:
    environment = {
        **os.environ,
        **services.addresses,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PHARE_RUN_PID": str(os.getpid()),
        "PHARE_RUN_NOTE": str(NOTE),
    }
    words = FOLDER / "welcome.txt"
    with _python(environment, "phare_platform.prepare", str(words)) as preparing:
        if preparing.wait():
            say("Preparing the data failed: see above.")
            return 1
    say("Starting the pages, the worker and the beat …")
    with _python(environment, "phare_platform.welcome", str(port), str(words)):
        return _stay(environment)


class _Manager(Manager):  # type: ignore[misc]  # honcho has no types
    def terminate(self) -> None:
        """End all processes, and let a run that is started meanwhile wait for that."""
        _erase_note()
        super().terminate()


@contextmanager
def _python(environment: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a module beside us, and end it when we are done with it."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=environment,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C reaches us alone
        preexec_fn=die_with_parent,  # noqa: PLW1509 - there is one thread only
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _stay(environment: dict[str, str]) -> int:
    """Run the Procfile until a signal or until one of its processes gives up."""
    manager = _Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    manager.loop()
    asked_to_end = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in asked_to_end else 1


def _end_calmly(services: Services) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # one is enough; what follows must be done
    _erase_note()  # processes that did not hear their signal end on this
    for child in multiprocessing.active_children():
        child.join(ENDING)
    services.stop()
    say("PHARE has stopped; nothing is left running.")


def _erase_note() -> None:
    with suppress(OSError):  # the folder was deleted under our feet
        NOTE.write_text("")


def stop() -> int:
    """End a run of this folder, if any, and the servers. May raise Trouble."""
    number = _running()
    if number is not None and not end(number, [(signal.SIGTERM, 2 * ENDING)]):
        raise Trouble(f"The run (process {number}) does not end.")
    Services(FOLDER).stop()
    say("Nothing of PHARE is running.")
    return 0


def _running() -> int | None:
    """Return the process of a living run of this folder."""
    try:
        number = int(NOTE.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    command = command_of(number)
    return number if command is not None and "phare_platform.run" in command else None


@contextmanager
def _only_run() -> Iterator[None]:
    """Hold the lock of this folder's run, waiting for the remains of a run that was killed."""
    limit = time.monotonic() + PATIENCE
    with NOTE.open("a") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if number := _running():
                    raise Trouble(
                        f"PHARE already runs from this folder (process {number}). "
                        "`make stop` ends it."
                    ) from None
                if time.monotonic() > limit:
                    raise Trouble(f"An earlier run still holds {NOTE}.") from None
                time.sleep(0.2)
        NOTE.write_text(f"{os.getpid()}\n")
        yield


def free_port(text: str) -> int:
    """Return the port as a number. Raises Trouble when it is none, forbidden or taken."""
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT={text} is not a port: give a number from 1 to 65535.")
    port = int(text)
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as refusal:
            taken = refusal.errno == errno.EADDRINUSE
            why = "is taken by another program" if taken else "is barred by the system"
            raise Trouble(
                f"Port {port} {why}: free it, or choose another one: make run PORT={port + 1}"
            ) from refusal
    return port


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    raise SystemExit(main())
