"""A file of figures is heard once, as the lines its officer would have pasted, whatever fails between two steps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from bot.channels import Incoming, Rejected, Temporary
from bot.replies import Writer
from bot.stage import Paper
from bot.uploads import Bench, Door, Uploads
from handlers.talk import Media
from models.person import role
from models.portal import upload
from models.queries import uploads
from models.store import Store
from tests.bot.office import CAMPAIGN, CHANNELS, NOON, TEXTS, WARD, Office, add_person, echo, registry
from tests.registry.files import xlsx

FILE = {"kind": "file", "ref": "AgAD", "name": "so.xlsx"}
HEARD = "0: so cong 16h30\nMay Sao Mai\t118\nMay Sao Vàng\t69"


class Platform(Paper):
    """Gives the files it was given; without one it says what it was told to."""

    files: dict[str, bytes]
    trouble: Exception

    async def fetch(self, media: Media) -> bytes:
        if media.ref in self.files:
            return self.files[media.ref]
        raise self.trouble


class Desk:
    """Hoa's office, and the worker that reads for it. `dies`: "before" or "after" the talk has heard a file."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.office = Office(store, echo)
        self.platform = Platform()
        self.platform.files = {"AgAD": xlsx(folder / "so.xlsx", {"Cổng": ROWS}).read_bytes()}
        self.platform.trouble = Temporary("timed out")
        self.dies = ""
        self.sender = store.write_now(hoa)
        writer = Writer(TEXTS, CHANNELS, "here")
        clock = lambda: self.office.now  # noqa: E731
        bench = Bench(store, {"buttons": self.platform}, clock, writer, self.deliver, lambda: None)
        self.uploads = Uploads(bench)
        self.door = Door(store, clock, self.uploads.wake)

    async def deliver(self, incoming: Incoming) -> None:
        if self.dies == "before":
            raise OSError("killed")
        await self.office.deliver(incoming)
        if self.dies == "after":
            raise OSError("killed")

    def send(self, **media: str) -> None:
        self.office.store.write_now(uploads.add_file, self.sender, FILE | media, self.office.now)

    def status(self) -> list[str]:
        return [row["status"] for row in self.office.rows(upload)]


ROWS = (("Đơn vị", "Lũy kế"), ("May Sao Mai", 118.0), ("May Sao Vàng", 69))


def hoa(conn: Connection) -> uploads.Sender:
    registry(conn)
    person_id = add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
    return uploads.Sender(person_id, WARD, CAMPAIGN, "buttons", "hoa", "hoa", "16h30")


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path)


async def test_a_file_that_cannot_be_read_is_told_with_what_to_do(desk: Desk) -> None:
    desk.platform.files["photo"] = b"\xff\xd8\xff"
    desk.send(ref="photo", name="so.jpg")
    await desk.uploads.work()
    await desk.uploads.work()
    (told,) = desk.office.said("hoa")
    assert told.startswith("Không mở được tệp này. Gửi bảng Excel")
    assert desk.status() == ["failed"]


async def test_a_file_the_platform_has_lost_is_asked_for_again(desk: Desk) -> None:
    desk.platform.trouble = Rejected("no such file")
    desk.send(ref="gone")
    await desk.uploads.work()
    assert desk.office.said("hoa") == [
        "Không tải được tệp anh/chị gửi. Gửi lại tệp, hoặc dán thẳng hai cột tên và số vào đây."
    ]


async def test_a_platform_that_is_away_is_waited_for_a_day(desk: Desk) -> None:
    desk.send(ref="later")
    desk.send()
    await desk.uploads.work()
    assert desk.status() == ["waiting", "done"], "one does not hold up the other"
    desk.office.later(days=1)
    await desk.uploads.work()
    assert desk.status() == ["failed", "done"]
    assert desk.office.said("hoa")[-1].startswith("Không tải được tệp")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_killed_on_the_way_it_is_still_heard_once(desk: Desk, moment: str) -> None:
    desk.send()
    desk.dies = moment
    await desk.uploads.work()
    assert desk.status() == ["waiting"]
    desk.dies = ""
    await desk.uploads.work()
    await desk.uploads.work()
    assert desk.office.said("hoa") == [HEARD]
    assert desk.status() == ["done"]


async def test_a_link_takes_a_good_file_and_then_no_other(desk: Desk, tmp_path: Path) -> None:
    store = desk.office.store
    code = store.write_now(uploads.make_link, desk.sender, NOON)
    assert await desk.door.look("no-such-code") == ("unknown", "")
    assert await desk.door.look(code) == ("good", "Công đoàn phường Từ Liêm")
    state, problem = await desk.door.take(code, b"%PDF-1.7", "so.pdf")
    assert (state, problem and problem.key) == ("good", "counts.kind"), "the link is still good"
    good = (tmp_path / "so.xlsx").read_bytes()
    assert await desk.door.take(code, good, "so.xlsx") == ("done", None)
    assert await desk.door.take(code, good, "so.xlsx") == ("used", None)
    await desk.uploads.work()
    assert desk.office.said("hoa") == [HEARD]
    kept = store.read_now(lambda conn: conn.execute(select(upload.c.media)).scalar_one())
    assert kept is None

    gone = store.write_now(uploads.make_link, desk.sender, NOON)
    store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=NOON)))
    assert (await desk.door.look(gone))[0] == "expired", "the role is gone that it was made for"
    assert await desk.door.take(gone, good, "so.xlsx") == ("expired", None)
    store.write_now(lambda conn: conn.execute(update(role).values(revoked_at=None)))
    assert (await desk.door.look(gone))[0] == "good"

    late = store.write_now(uploads.make_link, desk.sender, NOON)
    desk.office.now = NOON + timedelta(hours=1)
    assert await desk.door.take(late, good, "so.xlsx") == ("expired", None)
