"""A server and a database to throw away."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from phare_platform.embedded.services import Services


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A new database on the server of this address, gone at the end; gives its own address."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        connection.close()
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def servers() -> Iterator[None]:
    """PostgreSQL and Redis for the time of a run, unless their addresses are given."""
    folder = Path(tempfile.mkdtemp(prefix="phare-bench-"))
    folder.chmod(0o711)  # run by root, PostgreSQL's own user must pass
    services = Services(folder, fast=True)
    try:
        services.start()
        os.environ.update(services.addresses)
        yield
    finally:
        services.erase()
        shutil.rmtree(folder, ignore_errors=True)
