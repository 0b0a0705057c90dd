"""What came of a day on Zalo, by the database and by what the platforms took."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, func, select

from bot.quota import month_of
from handlers.kinds import DAILY
from models.broadcast import broadcast
from models.chat import chat, notice, outbox
from models.initiative import evidence, initiative
from models.queries import cast_missed, casting, meter, tally
from tests.faults.test_kills import outcomes, statuses
from tests.faults.workers import Worker
from tests.faults.zalo_day import GROUPS, MORNING, REMINDER, UNREACHABLE, WORKERS, Day
from tests.faults.zalo_people import REFUSED, SILENT, groups, oa_id, picture_of, pictures_kept
from tests.lines.zalo_bot import SECRET

PNG = b"\x89PNG"


async def check_filings(day: Day, workers: list[Worker]) -> None:
    """Each once, with the pictures that could be fetched; each receipt, and nothing more."""
    assert {worker.id: rest for worker in workers if (rest := await worker.rest())} == {}
    rows = day.store.read_now(lambda conn: conn.execute(select(initiative)).all())
    told = sorted(code.replace(" ", "") for worker in workers for code in worker.codes)
    assert len(set(told)) == WORKERS
    assert sorted(str(row.code) for row in rows) == told
    assert sorted(row.title for row in rows) == sorted(title for worker in workers for title in worker.titles)
    assert day.store.read_now(tally.differences) == []
    by_title = {title: worker.id for worker in workers for title in worker.titles}
    with_picture = {by_title[row.title] for row in day.store.read_now(proofs)}
    assert with_picture == {worker.id for worker in workers if pictures_kept(worker.id)}
    assert len(day.store.read_now(proofs)) == len(with_picture)
    files = {path.read_bytes() for path in day.media.rglob("*.jpg")}
    assert files >= {picture_of(number) for number in with_picture}


def check_reminder(day: Day, workers: list[Worker]) -> None:
    """Those whose window is open got it; those the platforms refused stand in the list to be told in person."""
    assert day.reminded() == {phone(worker.id) for worker in workers}
    (row,) = day.store.read_now(casts)
    missed = [found.name for found in day.store.read_now(cast_missed.missed, row.id)]
    refused = [oa_id(REFUSED + number) for number in range(UNREACHABLE.refused)]
    assert sorted(missed) == sorted(f"Minh {user}" for user in [*refused, str(REFUSED)])
    assert all(day.oa.sent(oa_id(SILENT + number)) == [] for number in range(UNREACHABLE.silent))
    counts = day.store.read_now(casting.counts, row.id)
    assert (counts.sent, counts.gone, counts.of) == (WORKERS, len(missed), WORKERS + len(missed))


def check_notices(day: Day) -> None:
    """Each group each notice, in its words and with its picture; Hoa's counted for the day."""
    rows = day.store.read_now(posted)
    linked = groups(GROUPS)
    assert max(Counter((row.kind, row.day, row.chat_id) for row in rows).values()) == 1
    daily = {(row.channel, row.external_id): row for row in rows if row.kind == DAILY}
    assert daily.keys() == set(linked)
    assert [row.external_id for row in rows if row.posted_by] == [linked[0][1]]
    for row in rows:
        assert row.text in day.texts(row.channel, row.external_id)
    for group in linked:
        drawn = day.drawn(*group)
        assert drawn
        assert all(data.startswith(PNG) for data in drawn)
        assert len(set(drawn)) <= sum((row.channel, row.external_id) == group for row in rows)


def check_counts(day: Day) -> None:
    """All that was to be sent was; what came twice was on its way at a kill, or its answer did not come."""
    for channel, platform in (("zalo_bot", day.bot), ("zalo_oa", day.oa)):
        sent = day.store.read_now(sent_by, channel)
        repeats, most = len(platform.taken) - sent, day.trouble.most_repeats(platform)
        day.tell(f"{channel}: {sent} sent, {repeats} came twice, at most {most} could")
        assert 0 <= repeats <= most
    assert day.store.read_now(statuses) == {"done"}
    assert day.store.read_now(outcomes) == {"sent", "refused"}
    assert day.store.read_now(refused_count) == UNREACHABLE.refused + 1
    used = day.store.read_now(meter.usage, "zalo_bot", month_of(MORNING))
    assert used.received == day.bot.counted - len(day.bot.taken)  # a repeated update is no message
    assert used.sent == day.store.read_now(sent_by, "zalo_bot")  # a repeated message counts once: nobody can know
    assert max(day.oa.grants.presented.values(), default=1) == 1


def check_log(day: Day, workers: list[Worker]) -> None:
    """No token, no secret, no word of a worker."""
    log = day.process.log()
    renewed = [f"{kind}-{number}-of-nobody" for kind in ("access", "refresh") for number in range(1, 1000)]
    hidden = [day.bot.token, SECRET, day.oa.app_secret, day.oa.oa_secret, *renewed]
    hidden += [title for worker in workers for title in worker.titles]
    hidden += ["tran thi lan", "Tran Thi Lan", "truoc hay lech", "Nguyễn Thị Hoa", REMINDER]
    assert log
    assert [words for words in hidden if words in log] == []


# ---------------------------------------------------------------- looked up


def phone(worker: int) -> str:
    return str(worker) if worker % 4 < 2 else oa_id(worker)


def casts(conn: Connection) -> list[Any]:
    return list(conn.execute(select(broadcast)).all())


def proofs(conn: Connection) -> list[Any]:
    joined = evidence.join(initiative, initiative.c.id == evidence.c.initiative_id)
    return list(conn.execute(select(initiative.c.title, evidence.c.stored).select_from(joined)).all())


def posted(conn: Connection) -> list[Any]:
    joined = notice.join(chat, chat.c.id == notice.c.chat_id)
    return list(conn.execute(select(notice, chat.c.channel, chat.c.external_id).select_from(joined)).all())


def sent_by(conn: Connection, channel: str) -> int:
    found = select(func.count()).where(outbox.c.channel == channel, outbox.c.status == "sent")
    return int(conn.scalar(found) or 0)


def refused_count(conn: Connection) -> int:
    return int(conn.scalar(select(func.count()).where(outbox.c.status == "refused")) or 0)
