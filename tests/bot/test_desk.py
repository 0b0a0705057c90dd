"""The help desk where it is hard: two at once, two who write to each other, voice messages across channels, erasure."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy import update as change

from bot.channels import Capabilities, Gone, Outgoing, RateLimited, Sent, Temporary
from bot.channels.text import LOCAL_FILE
from bot.link_rights import may_open
from bot.voices import Voices
from handlers import desk_effects as d
from handlers.effects import AskForHelp, ForgetPerson
from handlers.facts import Facts
from handlers.route import Router
from handlers.talk import Event, Media, Pressed, Said, State, Turn
from handlers.talk import Sent as SentMedia
from handlers.voices import make_ref
from models import chat as c
from models import person as p
from models.queries import requests
from models.store import Store
from tests.bot.office import NOON, SAO_MAI, TEXTS, WARD, Office, add_person, registry, update

OGG = b"OggS\x00 a voice"


@pytest.fixture(autouse=True)
def _people(store: Store) -> None:
    def world(conn):  # type: ignore[no-untyped-def]
        registry(conn)
        add_person(conn, "lan", "Lan", unit_id=SAO_MAI)
        add_person(conn, "thu", "Vũ Thị Thu", role="support", of=SAO_MAI)
        add_person(conn, "binh", "Đỗ Văn Bình", role="support", of=SAO_MAI)
        add_person(conn, "hoa", "Hoa", role="officer", of=WARD)

    store.write_now(world)


async def asked(store: Store) -> tuple[Office, Office]:
    """Lan has asked for help; two processes on one database."""
    here, there = Office(store, Router(TEXTS)), Office(store, Router(TEXTS))
    await here.say("lan", "giup")
    return here, there


# ---------------------------------------------------------------- two at once


async def test_two_helpers_who_take_it_at_once_do_not_both_have_it(store: Store) -> None:
    here, there = await asked(store)
    [row] = here.rows(p.request)
    press = Pressed(f"c:request:{row['id']}:0:take")
    await asyncio.gather(here.event("thu", press), there.deliver(update(900, "binh", press)))
    said = [here.said("thu")[-1], here.said("binh")[-1]]
    assert sum("Anh/chị đã nhận việc này." in text for text in said) == 1, said
    assert sum("vừa có người khác nhận" in text or "đã nhận, 1 phút trước" in text for text in said) == 1, said
    assert len([text for text in here.said("lan") if "đã nhận việc anh/chị nhờ" in text]) == 1
    assert [r["action"] for r in here.rows(p.audit)].count("request.take") == 1


async def test_two_who_write_to_each_other_at_once_are_both_heard(store: Store) -> None:
    """Each turn holds its own person's talk and reaches into the other's: nobody may wait for ever."""
    here, there = await asked(store)
    [row] = here.rows(p.request)
    await here.event("thu", Pressed(f"c:request:{row['id']}:0:take"))
    for n in range(6):
        await here.event("thu", Pressed(f"c:request:{row['id']}:0:answer"))
        await asyncio.gather(here.say("thu", f"hỏi {n}"), there.deliver(update(500 + n, "lan", Said(f"đáp số {n}"))))
    heard = "\n".join(here.said("lan")), "\n".join(here.said("thu"))
    for n in range(6):
        assert heard[0].count(f"Tổ hỗ trợ: hỏi {n}") == 1
        assert heard[1].count(f"Lan nhắn: đáp số {n}") == 1
    assert {r["status"] for r in here.rows(c.inbound)} == {"done"}


async def test_a_request_that_was_finished_meanwhile_takes_no_words(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        return Turn(state, (), (d.AnswerRequest(1, "muộn rồi"),))

    here, _ = await asked(store)
    [row] = here.rows(p.request)
    await here.event("thu", Pressed(f"c:request:{row['id']}:0:done"))
    late = Office(store, route)
    before = len(here.said("lan"))
    await late.deliver(update(900, "binh", Said("x")))
    assert here.said("binh")[-1] == "Việc này đã xong."
    assert len(here.said("lan")) == before


async def test_nobody_without_the_right_does_any_of_it_whatever_the_step_said(store: Store) -> None:
    here, _ = await asked(store)
    [row] = here.rows(p.request)
    store.write_now(add_person, "minh", "Minh", unit_id=SAO_MAI)
    unit = {"id": SAO_MAI}
    number = int(row["id"])
    for effect in (
        d.TakeRequest(number),
        d.FinishRequest(number),
        d.AnswerRequest(number, "x"),
        d.SayInTalk(number, "x"),
        d.ProposeFiling(number, {"unit": unit, "title": "x", "body": "x", "began": {}}),
        d.DeclineProposal(number),
        d.PlaceRequester(number, SAO_MAI, alias=True),
    ):
        office = Office(store, lambda _, state, __, effect=effect: Turn(state, (), (effect,)))  # type: ignore[misc]
        await office.deliver(update(700 + len(here.rows(c.inbound)), "minh", Said("x")))
    assert here.rows(p.request) == [row]


# ---------------------------------------------------------------- voice messages


class Source:
    """A channel that gives a file, or fails."""

    def __init__(self, data: bytes = OGG, error: Exception | None = None) -> None:
        self.data, self.error, self.asked = data, error, 0

    @property
    def capabilities(self) -> Capabilities:
        raise NotImplementedError

    async def send(self, message: Outgoing) -> Sent:
        raise NotImplementedError

    async def acknowledge(self, callback: str) -> None:
        raise NotImplementedError

    async def fetch(self, media: Media) -> bytes:
        self.asked += 1
        if self.error:
            raise self.error
        return self.data

    async def close(self) -> None:
        raise NotImplementedError


async def spoken(store: Store) -> tuple[Office, Outgoing]:
    office = Office(store, Router(TEXTS))
    await office.event("lan", SentMedia(Media("voice", "v-9")))
    return office, Outgoing("thu", "thẻ", media=(Media("voice", make_ref(1, "vi", 2), name="tin-thoai.ogg"),))


def voices(store: Store, source: Source, folder: Path) -> Voices:
    channels: Mapping[str, Source] = {"buttons": source}
    return Voices(store, TEXTS, channels, folder)


async def consented(store: Store) -> None:
    from handlers.forms.register import CONSENT_VERSION
    from models.queries import people

    def agree(conn):  # type: ignore[no-untyped-def]
        for person_id in range(1, 5):
            people.give_consent(conn, person_id, version=CONSENT_VERSION, text="đồng ý", channel="buttons", at=NOON)

    store.write_now(agree)


async def test_a_voice_message_is_fetched_once_and_goes_when_the_work_is_done(store: Store, tmp_path: Path) -> None:
    await consented(store)
    office, message = await spoken(store)
    source = Source()
    desk = voices(store, source, tmp_path)
    first, second = await desk.prepare(message), await desk.prepare(message)
    assert first == second
    assert source.asked == 1
    path = Path(first.media[0].ref.removeprefix(LOCAL_FILE))
    assert path.read_bytes() == OGG
    await office.event("thu", Pressed("c:request:1:0:done"))
    assert office.removed == [path.name]
    gone = await desk.prepare(message)
    assert gone.media == ()
    assert "không còn nghe được" in gone.text


async def test_the_bytes_go_with_the_person(store: Store, tmp_path: Path) -> None:
    await consented(store)
    office, message = await spoken(store)
    sent = await voices(store, Source(), tmp_path).prepare(message)
    leaving = Office(store, lambda _, state, __: Turn(state, (), (ForgetPerson(),)))
    await leaving.deliver(update(900, "lan", Said("x")))
    assert leaving.removed == [Path(sent.media[0].ref.removeprefix(LOCAL_FILE)).name]
    assert store.read_now(requests.media_of, 1) is None
    assert "v-9" not in str(office.rows(p.request))


async def test_a_link_to_it_is_good_for_as_long_as_its_reader_helps_there(store: Store) -> None:
    await consented(store)
    await spoken(store)
    held = select(p.role.c.person_id).where(p.role.c.kind == "support")
    thu = store.read_now(lambda conn: conn.execute(held).scalars().first())
    lan = store.read_now(lambda conn: conn.execute(select(p.request.c.person_id)).scalar_one())
    assert thu is not None
    assert store.read_now(may_open, make_ref(1, "vi", thu), NOON)
    assert not store.read_now(may_open, make_ref(1, "vi", lan), NOON)
    assert not store.read_now(may_open, make_ref(9, "vi", thu), NOON)
    store.write_now(lambda conn: conn.execute(change(p.role).values(revoked_at=NOON)))
    assert not store.read_now(may_open, make_ref(1, "vi", thu), NOON)


async def test_what_another_channel_cannot_give_just_now_comes_later(store: Store, tmp_path: Path) -> None:
    await consented(store)
    _, message = await spoken(store)
    with pytest.raises(Temporary, match="RateLimited"):
        await voices(store, Source(error=RateLimited(5)), tmp_path).prepare(message)
    lost = await voices(store, Source(error=Gone("file is too old")), tmp_path).prepare(message)
    assert lost.text.startswith("thẻ\nTin thoại này không còn nghe được")
    assert list(tmp_path.iterdir()) == []


async def test_other_files_are_left_alone(store: Store, tmp_path: Path) -> None:
    message = Outgoing("thu", "x", media=(Media("photo", "p-1"),))
    assert await voices(store, Source(), tmp_path).prepare(message) is message


async def test_asking_twice_within_the_hour_is_one_request(store: Store) -> None:
    office = Office(store, lambda _, state, __: Turn(state, (), (AskForHelp("help"),)))
    for _ in range(2):
        await office.say("lan", "giup")
    assert len(office.rows(p.request)) == 1
