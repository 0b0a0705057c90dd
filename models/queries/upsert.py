"""INSERT … ON CONFLICT, which SQLite and PostgreSQL write alike."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert


def insert(table: Table) -> Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`.

    SQLAlchemy has one such construct for each engine; their clauses carry the same names, so that the SQLite compiler
    writes PostgreSQL's too (the storage tests run every statement on both). One statement then serves both engines.
    """
    return postgresql.insert(table)
