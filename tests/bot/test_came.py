"""Files whose address soon dies: kept as they come, moved once they are evidence, erased with their draft or person."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.came import KeepingChannel, sweep
from bot.channels import Gone, Rejected
from bot.media import CAME, fetch_pending, remove_files
from bot.stage import Paper
from handlers.talk import Media, State
from models import person as p
from models.initiative import evidence
from models.queries import erasure
from models.queries.evidence import KEPT, NEVER
from models.store import Store
from tests.bot.office import NOON, add_person

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


class Sending(Paper):
    """A platform that gives each file once."""

    def __init__(self, data: bytes = b"\xff\xd8\xff anh cua Lan") -> None:
        super().__init__()
        self.data = data
        self.asked = 0

    async def fetch(self, media: Media) -> bytes:
        self.asked += 1
        if self.asked > 1:
            raise Gone("dead")
        return self.data


async def came(folder: Path) -> tuple[KeepingChannel, Media]:
    channel = KeepingChannel(Sending(), folder)
    return channel, await channel.keep(Media("photo", "https://photo.zdn.vn/a.jpg", "truoc"))


def add_evidence(ref: str) -> Callable[[Connection], None]:
    def add(conn: Connection) -> None:
        row = {"kind": "photo", "channel": "webchat", "ref": ref, "name": "", "sent_at": NOW}
        conn.execute(insert(evidence).values(**row))

    return add


def stored(conn: Connection) -> list[str | None]:
    return list(conn.scalars(select(evidence.c.stored).order_by(evidence.c.id)))


async def test_it_is_fetched_once_and_read_from_here_from_then_on(tmp_path: Path) -> None:
    channel, media = await came(tmp_path)
    assert media.ref.startswith(KEPT)
    assert media.caption == "truoc"
    assert [await channel.fetch(media) for _ in range(2)] == [b"\xff\xd8\xff anh cua Lan"] * 2


async def test_what_is_no_file_we_keep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        await KeepingChannel(Sending(b"MZ\x90"), tmp_path).keep(Media("file", "x"))
    assert not (tmp_path / CAME).exists()


async def test_once_it_is_evidence_it_moves_and_is_still_found(store: Store, tmp_path: Path) -> None:
    channel, media = await came(tmp_path)
    await store.write(add_evidence(media.ref))
    for expected in (1, 0):
        assert await fetch_pending(store, {"webchat": channel}, tmp_path, lambda: NOW) == expected
    (name,) = await store.read(stored)
    assert media.ref == f"{KEPT}{name}"
    assert (tmp_path / str(name)).is_file()
    assert list((tmp_path / CAME).iterdir()) == []
    assert await channel.fetch(media) == b"\xff\xd8\xff anh cua Lan"


async def test_a_process_that_died_between_the_move_and_its_record(store: Store, tmp_path: Path) -> None:
    channel, media = await came(tmp_path)
    name = media.ref.removeprefix(KEPT)
    (tmp_path / CAME / name).rename(tmp_path / name)
    await store.write(add_evidence(media.ref))
    assert await fetch_pending(store, {"webchat": channel}, tmp_path, lambda: NOW) == 1
    assert await store.read(stored) == [name]


@pytest.mark.parametrize("ref", [f"{KEPT}{'a' * 32}.jpg", f"{KEPT}../secret", KEPT])
async def test_what_is_not_kept_is_given_up(store: Store, tmp_path: Path, ref: str) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    channel = KeepingChannel(Sending(), tmp_path / "media")
    with pytest.raises(Gone):
        await channel.fetch(Media("photo", ref))
    await store.write(add_evidence(ref))
    await fetch_pending(store, {"webchat": channel}, tmp_path / "media", lambda: NOW)
    assert await store.read(stored) == [NEVER]


async def test_what_belongs_to_no_draft_any_more_is_swept(tmp_path: Path) -> None:
    _, media = await came(tmp_path)
    path = tmp_path / CAME / media.ref.removeprefix(KEPT)
    assert sweep(tmp_path, timedelta(days=31)) == 0
    month = time.time() - timedelta(days=32).total_seconds()
    os.utime(path, (month, month))
    assert sweep(tmp_path, timedelta(days=31)) == 1
    assert sweep(tmp_path / "nowhere", timedelta(days=31)) == 0


async def test_who_is_erased_takes_the_pictures_of_the_draft_along(store: Store, tmp_path: Path) -> None:
    channel, media = await came(tmp_path)
    state = State(form="initiative", answers={"media": [{"kind": "photo", "ref": media.ref}]}).to_json()

    def lan(conn: Connection) -> int:
        person_id = add_person(conn, "lan", "Lan")
        conn.execute(p.conversation.update().where(p.conversation.c.person_id == person_id).values(state=state))
        return person_id

    person_id = await store.write(lan)
    names = await store.write(erasure.forget, person_id, NOON)
    assert names == (media.ref.removeprefix(KEPT),)
    await remove_files(tmp_path, names)
    with pytest.raises(Gone):
        await channel.fetch(media)
