"""One-time links for a file of figures: good once, for an hour, the newest only; gone with the person."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, func, select

from models.portal import upload
from models.queries import erasure, uploads
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, WARD, add_person, registry

LINES = {"lines": "May Sao Mai\t118"}


def hoa(conn: Connection) -> uploads.Sender:
    registry(conn)
    person_id = add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
    return uploads.Sender(person_id, WARD, CAMPAIGN, "buttons", "hoa", "hoa")


def test_a_code_nobody_made_or_that_is_over_opens_nothing(store: Store) -> None:
    sender = store.write_now(hoa)
    first = store.write_now(uploads.make_link, sender, NOON)
    second = store.write_now(uploads.make_link, sender, NOON)
    assert first != second
    assert store.read_now(uploads.look, "abc", NOON).state == uploads.UNKNOWN
    assert store.read_now(uploads.look, first, NOON).state == uploads.EXPIRED, "she asked for a newer one"
    link = store.read_now(uploads.look, second, NOON)
    assert (link.state, link.unit) == (uploads.GOOD, "Công đoàn phường Từ Liêm")
    late = NOON + timedelta(hours=1)
    assert store.read_now(uploads.look, second, late).state == uploads.EXPIRED
    assert store.write_now(uploads.fill, link.id, LINES, late) is False
    kept = store.read_now(lambda conn: conn.execute(select(upload.c.code_hash)).scalars().all())
    assert first not in kept
    assert second not in kept


def test_of_two_who_give_a_file_one_is_taken(store: Store) -> None:
    sender = store.write_now(hoa)
    code = store.write_now(uploads.make_link, sender, NOON)
    link = store.read_now(uploads.look, code, NOON)
    assert store.write_now(uploads.fill, link.id, LINES, NOON) is True
    assert store.write_now(uploads.fill, link.id, {"lines": "May Sao Mai\t999"}, NOON) is False
    assert store.read_now(uploads.look, code, NOON).state == uploads.USED
    (row,) = store.read_now(uploads.waiting, ("buttons",), 10)
    assert (row.media, row.chat, row.language) == (LINES, "hoa", "vi")
    assert store.read_now(uploads.waiting, ("plain",), 10) == []

    assert store.write_now(uploads.end, row.id, "done", NOON) is True
    assert store.write_now(uploads.end, row.id, "failed", NOON) is False
    assert store.read_now(uploads.waiting, ("buttons",), 10) == []
    assert store.read_now(uploads.look, code, NOON).state == uploads.USED


def test_what_is_over_is_let_go(store: Store) -> None:
    sender = store.write_now(hoa)
    store.write_now(uploads.make_link, sender, NOON)
    file = store.write_now(uploads.add_file, sender, {"kind": "file", "ref": "AgAD", "name": "so.xlsx"}, NOON)
    assert store.write_now(uploads.tidy, NOON + timedelta(hours=2)) == 1, "the link; the file is still to be read"
    store.write_now(uploads.end, file, "done", NOON)
    ended = store.read_now(lambda conn: conn.execute(select(upload.c.media)).scalars().all())
    assert ended == [None, None], "nothing of a file is kept"
    assert store.write_now(uploads.tidy, NOON + timedelta(days=8)) == 2


def test_an_erased_officer_leaves_no_upload(store: Store) -> None:
    sender = store.write_now(hoa)
    store.write_now(uploads.make_link, sender, NOON)
    store.write_now(erasure.forget, sender.person_id, NOON)
    assert store.read_now(lambda conn: conn.execute(select(func.count()).select_from(upload)).scalar_one()) == 0
