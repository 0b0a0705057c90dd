"""What is erased, and what must not be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from handlers.facts import House
from handlers.talk import State
from handlers.texts import Texts
from models.chat import inbound, outbox
from models.person import account, consent, conversation, person, request
from models.store import Store
from scheduler.jobs import Work
from scheduler.press import Press
from tests.scheduler.district import District, at, found

NOW = at(20, 12)
LONG_AGO, LATELY = NOW - timedelta(days=31), NOW - timedelta(days=29)


@pytest.fixture
def district(store: Store) -> District:
    return found(store)


async def keep_up(district: District) -> dict[str, int]:
    work = Work(district.store, lambda: NOW, lambda: None, Press(Texts.load(), {}, House()), draft_days=30)
    return await work.keep_up()


def someone(district: District, seen: datetime, **values: Any) -> int:
    who = district.insert(person, created_at=LONG_AGO, **values)
    district.insert(
        account, channel="webchat", external_id=f"acc-{who}", person_id=who, chat=f"acc-{who}", last_seen=seen
    )
    return who


def talk(district: District, who: int, updated: datetime, **state: Any) -> None:
    values = State(version=4, language="en", **state).to_json()
    row = {"person_id": who, "state": values, "version": 4, "step": "initiative.title", "updated_at": updated}
    district.run(lambda conn: conn.execute(insert(conversation), row))


def talks(district: District) -> dict[int, Any]:
    rows: list[Any] = district.run(lambda conn: list(conn.execute(select(conversation))))
    return {row.person_id: row for row in rows}


async def test_raw_updates_are_erased_once_processed_and_trimmed_later(district: District) -> None:
    days = {"received": 20, "done": 1, "skipped": 13, "old": 15}
    for name, age in days.items():
        district.insert(
            inbound,
            channel="telegram",
            external_id=name,
            status="done" if name == "old" else name,
            raw={"text": "trước hay lệch"},
            received_at=NOW - timedelta(days=age),
        )
    done = await keep_up(district)
    left = {row.external_id: row.raw for row in district.rows(inbound)}
    assert left == {"received": {"text": "trước hay lệch"}, "done": None, "skipped": None}
    assert (done["raw_erased"], done["inbound_trimmed"]) == (3, 1)


async def test_a_draft_expires_after_the_setting_and_its_old_buttons_with_it(district: District) -> None:
    for updated in (LONG_AGO, LATELY):
        who = someone(district, LATELY)
        district.insert(consent, person_id=who, version="1", text="…", channel="webchat", given_at=LONG_AGO)
        talk(district, who, updated, form="initiative", answers={"title": "làm cữ gá"}, parked={"form": "x"})
    old, young = sorted(talks(district))
    assert (await keep_up(district))["drafts_expired"] == 1
    assert State.from_json(talks(district)[old].state) == State(version=5, language="en")
    assert talks(district)[old].version == 5
    assert talks(district)[young].state["answers"] == {"title": "làm cữ gá"}
    assert (await keep_up(district))["drafts_expired"] == 0  # not looked at again each hour


async def test_whoever_never_agreed_is_forgotten_and_nobody_else(district: District) -> None:
    stranger = someone(district, LONG_AGO)
    talk(district, stranger, LONG_AGO)
    district.insert(request, person_id=stranger, kind="help", asked_at=LONG_AGO)
    recent = someone(district, LATELY)
    member = someone(district, LONG_AGO, name="Trần Thị Lan")
    district.insert(consent, person_id=member, version="1", text="…", channel="webchat", given_at=LONG_AGO)
    sample = someone(district, LONG_AGO, sample=True)
    district.file(2, LONG_AGO)  # by the district's Lan, who has no consent row here: her filing keeps her
    done = await keep_up(district)
    assert done["strangers_forgotten"] == 1
    assert {row.id for row in district.rows(person)} == {district.lan, recent, member, sample}
    assert stranger not in talks(district)
    assert district.count(request) == 0


async def test_more_than_a_batch_is_erased_in_several_transactions(district: District) -> None:
    district.run(
        lambda conn: conn.execute(insert(person), [{"created_at": LONG_AGO, "language": "vi"} for _ in range(450)])
    )
    district.file(2, LONG_AGO)
    assert (await keep_up(district))["strangers_forgotten"] == 450
    assert district.count(person) == 1


async def test_messages_are_forgotten_a_month_after_they_were_done_with(district: District) -> None:
    for name, status, done in (
        ("old", "sent", LONG_AGO),
        ("old-refused", "refused", LONG_AGO),
        ("young", "sent", LATELY),
        ("waiting", "queued", None),
    ):
        district.insert(
            outbox,
            channel="webchat",
            chat="lan",
            priority=0,
            payload={"text": "trước hay lệch"},
            dedupe=name,
            status=status,
            not_before=LONG_AGO,
            made_at=LONG_AGO,
            done_at=done,
        )
    assert (await keep_up(district))["messages_forgotten"] == 2
    assert sorted(row.dedupe for row in district.rows(outbox)) == ["waiting", "young"]
