"""The command line: `python -m phare_platform.embedded start|watch|stop|status|env|erase`."""

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import say
from phare_platform.embedded.services import Services

DEEDS = {
    "start": "start what is not running, then print the addresses",
    "watch": "stay, and start again what dies",
    "stop": "stop what we started",
    "env": "print the addresses and start nothing",
    "status": "say what runs; the exit code is 3 when something of ours does not",
    "erase": "stop, then delete all data",
}
NOT_RUNNING = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one deed; a trouble is told in a sentence and gives exit code 1."""
    options = _parser().parse_args(arguments)
    if options.when_stdin_ends:
        _wait_for_the_end_of_stdin()
    try:
        return _do(options.deed, Services(options.dir, fast=options.fast))
    except Trouble as trouble:
        say(str(trouble))
    except PermissionError as refusal:
        say(f"{refusal.filename or options.dir}: not allowed. Was it made by another user?")
    except OSError as failure:
        say(f"The system refuses: {failure}")
    return 1


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  {name:<8}{text}" for name, text in DEEDS.items())
    parser = argparse.ArgumentParser(
        prog="python -m phare_platform.embedded",
        description=f"PostgreSQL and Redis for one folder.\n\n{lines}",
        epilog="A server whose DATABASE_URL or REDIS_URL is set already is left alone.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("deed", choices=DEEDS)
    parser.add_argument("--dir", type=Path, default=Path("var"), help="data folder (default: var)")
    parser.add_argument("--fast", action="store_true", help="throw-away data: never force to disk")
    parser.add_argument(
        "--when-stdin-ends", action="store_true", help="wait until whoever called has ended"
    )
    return parser


def _do(deed: str, services: Services) -> int:
    if deed == "start":
        services.start()
    elif deed == "watch":
        services.watch()
    elif deed == "stop":
        services.stop()
    elif deed == "erase":
        services.erase()
    elif deed == "status":
        return _tell_status(services)
    if deed in ("start", "env"):
        sys.stdout.write(as_shell(services.addresses))
    return 0


def _tell_status(services: Services) -> int:
    for server in services.ours:
        number = server.pid()
        state = f"runs (process {number}), {server.answer().value}" if number else "is stopped"
        sys.stdout.write(f"{server.version()} {state}; {server.home}\n")
    for name in sorted({"DATABASE_URL", "REDIS_URL"} - services.addresses_of_ours.keys()):
        sys.stdout.write(f"{name} is given: that server is not ours to watch.\n")
    return 0 if all(server.pid() for server in services.ours) else NOT_RUNNING


def as_shell(variables: dict[str, str]) -> str:
    """Write the variables so that a shell may source them."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())


def _wait_for_the_end_of_stdin() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while sys.stdin.buffer.read(4096):
        pass


if __name__ == "__main__":
    raise SystemExit(main())
