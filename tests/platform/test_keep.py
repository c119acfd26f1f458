"""A kept process comes back when it dies, ends when asked, and is given up when hopeless."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phare_platform import keep
from phare_platform.embedded.processes import command_of

ROOT = Path(__file__).parents[2]
PATIENCE = 30


def kept(script, **environment):
    """Start a keeper around a shell script."""
    return subprocess.Popen(
        [sys.executable, "-m", "phare_platform.keep", "it", "--", "/bin/sh", "-c", script],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(happened):
    limit = time.monotonic() + PATIENCE
    while not (found := happened()):
        assert time.monotonic() < limit, "it did not happen"
        time.sleep(0.02)
    return found


def number_in(path):
    return wait_for(lambda: path.exists() and path.read_text().strip() and int(path.read_text()))


@pytest.fixture
def note(tmp_path):
    return tmp_path / "number"


@pytest.fixture
def script(note):
    """A process that tells its number, and whose child would outlive it."""
    return f"sleep 300 & echo $! > {note}.child; echo $$ > {note}; wait"


def test_a_killed_process_comes_back_and_leaves_no_child_behind(note, script):
    with kept(script) as keeper:
        first, child = number_in(note), number_in(note.with_suffix(".child"))
        note.unlink()
        os.kill(first, signal.SIGKILL)
        second = number_in(note)
        assert second != first
        wait_for(lambda: command_of(child) is None)
        keeper.terminate()
    assert keeper.returncode == 0
    assert command_of(second) is None


def test_a_request_to_end_is_passed_on_once_and_waited_for(note, tmp_path):
    done = tmp_path / "done"
    script = f"trap 'sleep 0.3; echo once >> {done}; exit' TERM; echo $$ > {note}; sleep 300 & wait"
    with kept(script) as keeper:
        number_in(note)
        keeper.terminate()
    assert done.read_text() == "once\n"
    assert keeper.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="LINUX ONLY: a child learns of its parent")
def test_the_process_ends_with_a_keeper_that_is_killed(note):
    with kept(f"echo $$ > {note}; exec sleep 300") as keeper:
        number = number_in(note)
        keeper.kill()
        wait_for(lambda: command_of(number) is None)


def test_the_process_ends_with_its_run(note, script, tmp_path):
    run = tmp_path / "run"
    run.write_text(f"{os.getpid()}\n")
    with kept(script, PHARE_RUN_PID=str(os.getpid()), PHARE_RUN_NOTE=str(run)) as keeper:
        number = number_in(note)
        run.write_text("")
        assert keeper.wait(PATIENCE) == 0
    assert command_of(number) is None


def test_a_process_that_never_starts_is_given_up(monkeypatch, capsys):
    monkeypatch.setattr(keep.signal, "signal", lambda *_: None)  # pytest keeps its own handlers
    monkeypatch.setattr(keep.Keeper, "_rest", lambda *_: None)
    assert keep.main(["it", "--", "/bin/sh", "-c", "exit 7"]) == 7
    said = capsys.readouterr().err
    assert said.count("starting it again") == keep.FAILED_STARTS - 1
    assert "giving up" in said


@pytest.mark.parametrize("words", [[], ["it"], ["it", "sleep", "1"], ["it", "--"]])
def test_a_call_without_a_command_is_explained(words, capsys):
    assert keep.main(words) == 2
    assert "usage" in capsys.readouterr().err
