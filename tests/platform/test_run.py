"""A run refuses a port it cannot have, and a folder that already runs, before it starts."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from phare_platform import run
from phare_platform.embedded.errors import Trouble


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "FOLDER", tmp_path)
    monkeypatch.setattr(run, "NOTE", tmp_path / "run")
    monkeypatch.setattr(run, "PATIENCE", 0.5)
    return tmp_path


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_taken_port_is_told_with_the_way_out(address):
    with socket.socket() as other:
        other.bind((address, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken.*PORT={port + 1}"):
            run.free_port(str(port))
    assert run.free_port(str(port)) == port


@pytest.mark.parametrize("text", ["", "web", "0", "65536", "-1", "80 80"])
def test_what_is_no_port_is_told(text):
    with pytest.raises(Trouble, match="is not a port"):
        run.free_port(text)


def test_a_second_run_of_one_folder_is_refused(folder):
    # Same name in the command line as a run: that is how one is known.
    script = (
        "import fcntl, sys, time; lock = open(sys.argv[1], 'w'); fcntl.flock(lock, fcntl.LOCK_EX);"
        "import os; lock.write(str(os.getpid())); lock.flush(); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(folder / "run"), "phare_platform.run"]
    with subprocess.Popen(command) as other:
        limit = time.monotonic() + 30
        while run._running() != other.pid and time.monotonic() < limit:
            time.sleep(0.02)
        with pytest.raises(Trouble, match=f"already runs.*{other.pid}"), run._only_run():
            pass
        other.send_signal(signal.SIGKILL)
    with run._only_run():
        assert run.NOTE.read_text() == f"{os.getpid()}\n"


def test_stopping_when_nothing_runs_is_fine(monkeypatch, capsys):
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    run.NOTE.write_text(f"{os.getpid()}\n")  # a number that belongs to somebody else by now
    assert run.stop() == 0
    assert "Nothing" in capsys.readouterr().err
