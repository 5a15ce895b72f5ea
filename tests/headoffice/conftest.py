"""Head office's databases for tests: the same test on SQLite and on a throw-away PostgreSQL server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from headoffice.store.database import Database, create_database, open_database
from tests.postgres_cluster import Cluster, server_programs

SHARDS = 3
BORN = "2026-11-20T01:00:00.000Z"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Start one PostgreSQL server for all tests, with an empty head office to copy."""
    if server_programs() is None:
        pytest.skip("PostgreSQL's server is not installed here: apt-get install postgresql")
    server = Cluster()
    create_database(server.make_database("template_office"), BORN, SHARDS).close()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty head office in each kind of database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'office.db'}"
        create_database(url, BORN, SHARDS).close()
        yield url
        return
    server: Cluster = request.getfixturevalue("cluster")
    name = f"office_{next(_numbers)}"
    server.make_database(name, "template_office")
    yield server.url(name, "guitai_app")  # as in production: nothing may need more rights than the app's role has
    server.drop_database(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open an empty head office in each kind of database."""
    opened = open_database(database_url)
    yield opened
    opened.close()
