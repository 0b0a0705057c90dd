"""Alembic's way in.

A new migration: change the tables in `models/`, then `make migration m="what changes"`, then read what was written in
`versions/` and complete it by hand: Alembic sees neither CHECK constraints nor renamed columns nor data to be moved.
`tests/models/test_migrations.py` runs it up and down on both engines and compares the outcome with the tables.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection

from models.columns import Instant
from models.engines import parse, single_engine
from models.schema import metadata


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Migrations are history: they name plain types, not ours, which may change."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):  # Alembic's own rendering of the variant does not run
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_server_default=False,  # an empty default differs for ever
    )
    with context.begin_transaction():  # models.migrate has begun one already: then this is that one
        context.run_migrations()


@contextmanager
def throwaway() -> Iterator[Connection]:
    """A SQLite database with all migrations so far: what `alembic revision --autogenerate` compares with."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'compare.db'}"
        # A process of its own: Alembic's context is global to a process and cannot be nested.
        subprocess.run([sys.executable, "-m", "models.migrate", url], check=True)  # noqa: S603
        engine = single_engine(parse(url))
        with engine.connect() as connection:
            yield connection
        engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with throwaway() as fresh:
        migrate(fresh)
