"""Where the peers put a finished filing: one table through SQLAlchemy's async ORM, as their tutorials do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Integer, String, Text, event, make_url, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.people import Record


class Base(DeclarativeBase):
    pass


class Filing(Base):
    __tablename__ = "filing"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True)
    name: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    began_on: Mapped[date] = mapped_column(Date)
    filed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Records:
    """The peers' database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._session = async_sessionmaker(engine, expire_on_commit=False)

    async def add(self, chat: int, answers: dict[str, Any]) -> None:
        """Store one filing; returns after the commit."""
        async with self._session.begin() as session:
            session.add(
                Filing(
                    chat_id=chat,
                    name=answers["name"],
                    unit=answers["unit"],
                    title=answers["title"],
                    body=answers["body"],
                    began_on=date.fromisoformat(answers["began"]),
                    filed_at=datetime.now(UTC),
                )
            )

    async def all(self) -> list[Record]:
        async with self._session() as session:
            rows = await session.scalars(select(Filing).order_by(Filing.id))
            return [Record(r.chat_id, r.name, r.unit, r.title, r.body, f"{r.began_on:%Y-%m}") for r in rows]

    async def close(self) -> None:
        await self._engine.dispose()


async def open_records(database: str) -> Records:
    """`database` is a product URL (sqlite:// or postgresql+psycopg://). With the stock pool some filings time out."""
    url = make_url(database)
    if url.get_backend_name() == "sqlite":
        url = url.set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(url, pool_size=4, max_overflow=0, pool_timeout=300)
    if url.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _durable)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return Records(engine)


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
