"""The embedded servers start again with their data, whatever happened to them before."""

import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from phare_platform.embedded.__main__ import main
from phare_platform.embedded.folders import LASTING
from phare_platform.embedded.processes import command_of
from phare_platform.embedded.services import Services, broker_beside

ROOT = Path(__file__).parents[2]
ADDRESSES = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")
NOBODY = 65534

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="ROOT ONLY: what root does cannot be seen")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="LINUX ONLY: it is found in /proc")


@pytest.fixture(autouse=True)
def no_given_address(monkeypatch):
    """Forget the servers of this test session."""
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)


def make_folder():
    folder = Path(tempfile.mkdtemp(prefix="phare-embedded-"))
    folder.chmod(0o711)
    return folder


def remove_folder(folder):
    Services(folder, given={}).erase()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def old_folder():
    """One folder whose servers live through most accidents of this file."""
    folder = make_folder()
    yield folder
    remove_folder(folder)


@pytest.fixture
def new_folder():
    folder = make_folder()
    yield folder
    remove_folder(folder)


@pytest.fixture
def living(old_folder):
    """Both servers with something in them that must survive."""
    services = Services(old_folder)
    services.start()
    write(services.addresses)
    return services


def write(addresses):
    with psycopg.connect(addresses["DATABASE_URL"]) as line:
        line.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        line.execute("INSERT INTO kept VALUES ('kept')")
    with closing(redis.Redis.from_url(addresses["REDIS_URL"])) as line:
        line.set("word", "kept")


def assert_kept(addresses):
    with psycopg.connect(addresses["DATABASE_URL"]) as line:
        assert line.execute("SELECT word FROM kept").fetchone() == ("kept",)
    with closing(redis.Redis.from_url(addresses["REDIS_URL"])) as line:
        assert line.get("word") == b"kept"


def assert_starts_with_its_data(services):
    services.start()
    assert_kept(services.addresses)


def kill(services):
    """End both servers as the kernel would, and wait until they are gone."""
    numbers = [server.pid() for server in services.ours]
    for number in numbers:
        os.kill(number, signal.SIGKILL)
    assert all(gone(number) for number in numbers)


def gone(number):
    limit = time.monotonic() + 10
    while command_of(number) is not None and time.monotonic() < limit:
        time.sleep(0.02)
    return command_of(number) is None


def command_line(*words, python=sys.executable):
    return [python, "-m", "phare_platform.embedded", *map(str, words)]


def assignments(text):
    return dict(line.split("=", 1) for line in shlex.split(text))


def test_the_printed_addresses_can_be_sourced_by_a_shell(living):
    script = f"set -a; source <({shlex.join(command_line('env', '--dir', living.folder))}); env"
    said = subprocess.run(["/bin/bash", "-c", script], cwd=ROOT, capture_output=True, check=True)
    lines = set(os.fsdecode(said.stdout).splitlines())
    assert {f"{name}={value}" for name, value in living.addresses.items()} <= lines
    assert set(living.addresses) == set(ADDRESSES)


def test_a_second_start_leaves_running_servers_alone(living):
    before = [server.pid() for server in living.ours]
    assert_starts_with_its_data(living)
    assert [server.pid() for server in living.ours] == before


def test_nothing_listens_on_the_network(living):
    with psycopg.connect(living.addresses["DATABASE_URL"]) as line:
        assert line.execute("SHOW listen_addresses").fetchone() == ("",)
    with closing(redis.Redis.from_url(living.addresses["REDIS_URL"])) as line:
        assert line.config_get("port") == {"port": "0"}
    for server in living.ours:
        assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700


def test_settings_of_another_postgresql_in_the_environment_change_nothing(living, monkeypatch):
    monkeypatch.setenv("PGPORT", "9999")
    monkeypatch.setenv("PGDATA", "/nowhere")
    kill(living)
    assert_starts_with_its_data(living)


def test_killed_servers_start_again_with_their_data(living, capsys):
    status = ["status", "--dir", str(living.folder)]
    kill(living)
    assert main(status) == 3
    assert_starts_with_its_data(living)
    assert main(status) == 0
    assert "PostgreSQL 18" in capsys.readouterr().out


@on_linux
def test_a_busy_child_of_a_killed_server_is_ended_before_its_data_are_touched(living):
    with closing(psycopg.connect(living.addresses["DATABASE_URL"])) as line:
        child = line.info.backend_pid
        line.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
        time.sleep(0.3)
        kill(living)
        assert command_of(child), "the query was meant to outlive its server"
        assert_starts_with_its_data(living)
        assert command_of(child) is None


@pytest.mark.parametrize("torn", [b"\0\0\0\0", b"-7 and no more"])
def test_a_torn_pid_file_is_no_obstacle(living, torn):
    kill(living)
    for server in living.ours:
        server.pid_file.write_bytes(torn)
    (living.postgres.sockets / ".s.PGSQL.5432.lock").write_bytes(torn)
    assert_starts_with_its_data(living)


@pytest.mark.parametrize("life", ["60", "0"], ids=["alive", "zombie"])
def test_a_number_that_now_belongs_to_a_stranger_is_no_obstacle_and_no_target(living, life):
    kill(living)
    stranger = subprocess.Popen(["/bin/sleep", life])
    try:
        time.sleep(0.2)  # the short life is over, and nobody asks for its exit code
        for server in living.ours:
            rest = server.pid_file.read_text().partition("\n")[2]
            server.pid_file.write_text(f"{stranger.pid}\n{rest}")
            assert server.pid() is None
        living.stop()
        assert_starts_with_its_data(living)
        assert life == "0" or stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_frozen_servers_can_still_be_stopped(living):
    numbers = [server.pid() for server in living.ours]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    living.stop()
    assert [command_of(number) for number in numbers] == [None, None]
    assert_starts_with_its_data(living)


def test_our_own_address_in_the_environment_is_still_ours(living):
    living.stop()
    assert_starts_with_its_data(Services(living.folder, given=living.addresses))


def test_three_starters_at_once_start_one_pair(new_folder):
    starters = [
        subprocess.Popen(
            command_line("start", "--fast", "--dir", new_folder),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [starter.communicate(timeout=120) for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0], said
    assert len({output for output, _ in said}) == 1
    assert sum(errors.count("PostgreSQL 18") for _, errors in said) == 1
    write(assignments(said[0][0]))


def test_a_strange_path_and_an_unknown_locale_do_no_harm(new_folder, monkeypatch):
    for name, value in {"LANG": "fr_FR.UTF-8", "LC_ALL": "xx_XX.UTF-8", "TZ": "Mars/Two"}.items():
        monkeypatch.setenv(name, value)
    folder = new_folder / ("très long & 100 % étrange, " * 5).strip()
    services = Services(folder, fast=True)
    services.start()
    write(services.addresses)
    assert_kept(services.addresses)
    sockets = [server.sockets for server in services.ours]
    assert all(len(str(path)) < 40 and path.exists() for path in sockets)
    services.erase()
    assert not any(path.exists() for path in (*sockets, folder))


def test_a_first_start_that_was_killed_is_started_over(new_folder):
    services = Services(new_folder, fast=True)
    unfinished = services.postgres.home / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    services.start()
    write(services.addresses)
    assert not unfinished.exists()


@on_linux
def test_servers_whose_data_were_deleted_are_ended(new_folder):
    services = Services(new_folder, fast=True)
    services.start()
    numbers = [server.pid() for server in services.ours]
    shutil.rmtree(new_folder)
    new_folder.mkdir(mode=0o711)
    services.stop()
    assert all(gone(number) for number in numbers)


def test_given_addresses_pass_through_and_start_nothing(new_folder, monkeypatch, capsys):
    given = {
        "DATABASE_URL": 'postgresql://phare:it\'s $HOME & "more"@db.example/phare',
        "REDIS_URL": "redis://:secret@cache.example:6380/4",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert main(["start", "--dir", str(new_folder)]) == 0
    broker = {"CELERY_BROKER_URL": "redis://:secret@cache.example:6380/5"}
    assert assignments(capsys.readouterr().out) == given | broker
    assert list(new_folder.iterdir()) == []


def test_one_given_address_leaves_the_other_server_to_us(new_folder):
    services = Services(new_folder, fast=True, given={"DATABASE_URL": "postgresql://db.example/x"})
    services.start()
    assert services.addresses["DATABASE_URL"] == "postgresql://db.example/x"
    with closing(redis.Redis.from_url(services.addresses["REDIS_URL"])) as line:
        assert line.ping()
    assert not (new_folder / "postgres").exists()


@pytest.mark.parametrize("name", ["PG_BINDIR", "REDIS_SERVER_BIN"])
def test_a_named_program_that_is_missing_is_told_in_a_sentence(
    new_folder, monkeypatch, capsys, name
):
    monkeypatch.setenv(name, "/nowhere/at/all")
    assert main(["start", "--fast", "--dir", str(new_folder)]) == 1
    assert "/nowhere/at/all" in capsys.readouterr().err
    assert main(["stop", "--dir", str(new_folder)]) == 0


def test_erasing_a_folder_that_never_had_servers_deletes_nothing(new_folder):
    precious = new_folder / "postgres" / "data" / "precious"
    precious.parent.mkdir(parents=True)
    precious.touch()
    assert main(["erase", "--dir", str(new_folder)]) == 0
    assert precious.exists()


@as_root
def test_root_in_a_private_home_keeps_it_private(new_folder):
    private = new_folder / "home"
    private.mkdir(mode=0o700)
    services = Services(private / "var", fast=True)
    services.start()
    write(services.addresses)
    assert_kept(services.addresses)
    home = services.postgres.home
    assert home.parent == LASTING
    assert home.stat().st_uid != 0
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    services.erase()
    assert not home.exists()


@as_root
def test_an_ordinary_user_needs_nothing_from_root_and_loses_nothing_to_it(new_folder):
    wheels = next(path for path in sys.path if path.endswith("site-packages"))
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": wheels, "HOME": "/nonexistent"}

    def as_nobody(*command):
        person = ["/usr/bin/setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        return subprocess.run(
            [*person, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    python = f"/usr/bin/python3.{sys.version_info.minor}"
    trial = "import phare_platform.embedded.services"
    if not Path("/usr/bin/setpriv").exists() or as_nobody(python, "-c", trial).returncode:
        pytest.skip(f"ORDINARY USER NOT TESTED: nobody cannot run {python} on {ROOT}")
    os.chown(new_folder, NOBODY, NOBODY)
    said = as_nobody(*command_line("start", "--fast", "--dir", new_folder, python=python))
    assert said.returncode == 0, said.stderr
    write(assignments(said.stdout))
    # Root after them works in their name.
    services = Services(new_folder)
    services.postgres.stop()
    assert_starts_with_its_data(services)
    services.stop()
    services.start()
    strangers = [path for path in new_folder.rglob("*") if path.stat().st_uid != NOBODY]
    assert strangers == []


@pytest.mark.parametrize(
    ("cache", "queues"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/1"),
        ("rediss://u:p@h", "rediss://u:p@h/1"),
        ("redis://h:1?db=3", "redis://h:1/4"),
        ("unix:///run/redis.sock?db=0", "redis+socket:///run/redis.sock?virtual_host=1"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=1"),
    ],
)
def test_queues_live_beside_the_cache_and_not_in_it(cache, queues):
    assert broker_beside(cache) == queues
