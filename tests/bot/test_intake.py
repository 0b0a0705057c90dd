"""One update, one transaction: repeats, failures, order, strangers, groups (design.md §4)."""

from __future__ import annotations

import asyncio

import pytest

from bot.acts import NotAllowed
from handlers.effects import AskForHelp, MakeInvite, SetPerson
from handlers.facts import Facts, UnitsLike
from handlers.talk import Card, Choice, Event, Joined, Media, Need, Pressed, Reply, Said, Sent, State, Turn, reply, say
from models import chat as c
from models import person as p
from models.store import Store
from tests.bot.office import SAO_MAI, TEXTS, WARD, Office, add_person, echo, registry, update

pytestmark = pytest.mark.usefixtures("office_registry")


@pytest.fixture
def office_registry(store: Store) -> None:
    store.write_now(registry)


# ---------------------------------------------------------------- the same update again


async def test_a_repeated_update_has_one_effect_and_is_acknowledged_again(store: Store) -> None:
    office = Office(store, echo)
    press = update(7, "lan", Pressed("q:0:yes"), callback="cb1")
    await office.deliver(press)
    await office.deliver(press)
    assert office.said("lan") == ["0: Pressed"]
    assert office.acknowledged == ["buttons:cb1", "buttons:cb1"]
    assert [row["status"] for row in office.rows(c.inbound)] == ["done"]


async def test_replies_are_leased_to_this_process_and_handed_to_the_sender(store: Store) -> None:
    office = Office(store, echo)
    await office.say("lan", "xin chào")
    [row] = office.rows(c.outbox)
    assert (row["status"], row["leased_by"], row["dedupe"]) == ("sending", "here", "in:buttons:u1:0")
    assert office.sent_now == [(row["id"],)]


async def test_two_updates_of_one_person_at_once_are_answered_in_their_order(store: Store) -> None:
    office = Office(store, echo)
    await asyncio.gather(*(office.intake.deliver(update(n, "lan", Said(f"tin {n}"))) for n in range(1, 9)))
    assert office.said("lan") == [f"{n - 1}: tin {n}" for n in range(1, 9)]


async def test_two_processes_do_not_overtake_each_other_with_one_person(store: Store) -> None:
    """Two intakes on one database: the row lock of the conversation orders what memory cannot."""
    here, there = Office(store, echo), Office(store, echo)
    await here.say("lan", "đầu tiên")
    updates = [update(n, "lan", Said("x")) for n in range(10, 30)]
    await asyncio.gather(*((here if n % 2 else there).intake.deliver(incoming) for n, incoming in enumerate(updates)))
    said = [int(text.partition(":")[0]) for text in here.said("lan")]
    assert sorted(said) == list(range(21))
    [row] = here.rows(p.conversation)
    assert row["version"] == 21


async def test_the_same_update_in_two_processes_at_once_is_played_once(store: Store) -> None:
    here, there = Office(store, echo), Office(store, echo)
    first = update(1, "lan", Said("xin chào"))
    await asyncio.gather(*(office.intake.deliver(first) for office in (here, there, here, there)))
    assert here.said("lan") == ["0: xin chào"]
    assert len(here.rows(p.person)) == 1


async def test_a_stranger_who_writes_to_two_processes_at_once_becomes_one_person(store: Store) -> None:
    here, there = Office(store, echo), Office(store, echo)
    updates = [update(n, "lan", Said("x")) for n in range(8)]
    await asyncio.gather(*((here if n % 2 else there).intake.deliver(one) for n, one in enumerate(updates)))
    assert len(here.rows(p.person)) == 1
    assert sorted(int(text[0]) for text in here.said("lan")) == list(range(8))


# ---------------------------------------------------------------- failures


class Stumbling:
    """A route that fails a number of times, after its effects would have begun."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, event: Event, state: State, facts: Facts) -> Turn:
        name = "Tran Thi Lan"
        if self.left:
            self.left -= 1
            bad = SetPerson({"shoe_size": 38})
            return Turn(state, (reply("không bao giờ nói"),), (SetPerson({"name": name}), bad))
        return Turn(state, (reply("đã ghi tên"),), (SetPerson({"name": name}),))


async def test_a_failure_leaves_nothing_and_the_update_works_when_it_comes_again(store: Store) -> None:
    office = Office(store, Stumbling(1))
    lan = update(1, "lan", Said("bí mật của Lan"))
    with pytest.raises(ValueError, match="shoe_size"):
        await office.deliver(lan)
    assert office.counts() | {"inbound": 0} == dict.fromkeys(office.counts(), 0)
    [row] = office.rows(c.inbound)
    assert (row["status"], row["attempts"]) == ("received", 1)
    assert row["error"].startswith("ValueError in set_person, people.py:")
    await office.deliver(lan)
    assert office.said("lan") == ["đã ghi tên"]
    assert [row["name"] for row in office.rows(p.person)] == ["Tran Thi Lan"]
    assert [row["status"] for row in office.rows(c.inbound)] == ["done"]


async def test_after_five_failures_the_update_is_skipped_and_the_admin_told(store: Store) -> None:
    store.write_now(add_person, "an", "An", role="owner")
    office = Office(store, Stumbling(99))
    lan = update(1, "lan", Said("bí mật của Lan"), callback="cb")
    for _ in range(4):
        with pytest.raises(ValueError, match="shoe_size"):
            await office.deliver(lan)
    await office.deliver(lan)  # the fifth time it returns, so that the platform confirms it
    await office.deliver(lan)  # and again does nothing
    [row] = office.rows(c.inbound)
    assert (row["status"], row["attempts"], row["raw"]) == ("skipped", 5, None)
    [told] = office.said("an")
    assert "ValueError in set_person" in told
    assert "bí mật" not in told + str(row["error"])
    assert office.said("lan") == [TEXTS.render("vi", say("intake.sorry"))]
    assert office.acknowledged == ["buttons:cb", "buttons:cb"]


async def test_others_go_on_while_one_update_fails(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        if isinstance(event, Said) and event.text == "hỏng":
            raise RuntimeError("no")
        return Turn(state, (reply("được"),))

    office = Office(store, route)
    results = await asyncio.gather(
        *(office.intake.deliver(update(n, f"người {n}", Said("hỏng" if n == 3 else "x"))) for n in range(8)),
        return_exceptions=True,
    )
    assert [type(result).__name__ for result in results if result] == ["RuntimeError"]
    assert len(office.rows(c.outbox)) == 7


async def test_what_is_not_allowed_is_said_once_and_never_comes_again(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        after = State(version=99)
        return Turn(after, (reply(say("link.code")),), (SetPerson({"name": "Lan"}), MakeInvite(WARD, "officers")))

    office = Office(store, route)
    await office.say("lan", "gannhom")
    assert office.said("lan") == [TEXTS.render("vi", say("not_allowed"))]
    assert [row["name"] for row in office.rows(p.person)] == [None]
    assert [row["version"] for row in office.rows(p.conversation)] == [0]
    assert [row["status"] for row in office.rows(c.inbound)] == ["done"]
    assert NotAllowed().key == "not_allowed"


# ---------------------------------------------------------------- before consent


async def test_before_consent_nothing_is_kept_but_ids_language_and_step(store: Store) -> None:
    office = Office(store, echo)
    await office.deliver(update(1, "lan", Said("tôi tên là Trần Thị Lan, 0912345678"), language="en-GB"))
    [person] = office.rows(p.person)
    empty = ("name", "unit_id", "unit_words", "phone", "position", "education")
    assert [person[name] for name in empty] == [None] * len(empty)
    assert person["language"] == "en"
    [talk] = office.rows(p.conversation)
    assert talk["step"] == "echo.words"
    [seen] = office.rows(c.inbound)
    assert seen["raw"] is None
    kept = str([person, talk, seen, office.rows(p.account)])
    assert "Lan" not in kept
    assert "0912345678" not in kept


async def test_a_person_who_writes_again_is_reachable_again(store: Store) -> None:
    office = Office(store, echo)
    await office.say("lan", "chào")
    await office.event("lan", Joined("blocked"))
    assert [row["reachable"] for row in office.rows(p.account)] == [False]
    assert len(office.said("lan")) == 1  # nobody is there to be answered
    await office.say("lan", "chào")
    assert [row["reachable"] for row in office.rows(p.account)] == [True]


async def test_a_stranger_who_blocks_the_bot_leaves_no_trace(store: Store) -> None:
    office = Office(store, echo)
    await office.event("minh", Joined("blocked"))
    assert office.counts() == dict.fromkeys(office.counts(), 0) | {"inbound": 1}


# ---------------------------------------------------------------- what a step looks up


async def test_a_search_runs_before_the_transaction_and_its_answer_reaches_the_step(store: Store) -> None:
    asked = []

    def route(event: Event, state: State, facts: Facts) -> Turn | Need:
        asked.append(len(facts.answers))
        first, second = UnitsLike("sao mai"), UnitsLike("sao vang")
        if first not in facts.answers:
            return Need((first,))
        if second not in facts.answers:
            return Need((second,))
        return Turn(state, (reply(facts.answers[first].units[0].name, facts.answers[second].units[0].name),))

    office = Office(store, route)
    await office.say("lan", "sk 4827")
    assert office.said("lan") == ["Công ty May Sao Mai\nCông ty May Sao Vàng"]
    assert asked == [0, 1, 2]
    assert [row["status"] for row in office.rows(c.inbound)] == ["done"]


async def test_a_step_that_asks_and_asks_is_answered_inside_the_transaction_or_fails(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn | Need:
        assert isinstance(event, Said)
        wanted = int(event.text)
        known = len(facts.answers)
        return Turn(state, (reply("đủ rồi"),)) if known == wanted else Need((UnitsLike(f"x{known}"),))

    office = Office(store, route)
    await office.say("lan", "6")
    assert office.said("lan") == ["đủ rồi"]
    with pytest.raises(RuntimeError, match="more and more"):
        await office.say("lan", "100")


# ---------------------------------------------------------------- how replies leave


async def test_buttons_of_a_question_carry_its_version_and_those_of_a_card_its_record(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        yes = (Choice("yes", say("choice.no"), 0),)
        card = Reply(("thẻ",), yes, Card("mine", "4827031", 3))
        return Turn(State(version=5), (Reply(("hỏi",), yes), card))

    office = Office(store, route)
    await office.say("lan", "x")
    label = TEXTS.render("vi", say("choice.no"))
    assert [row["payload"]["choices"] for row in office.rows(c.outbox)] == [
        [[label, 0, "q:5:yes"]],
        [[label, 0, "c:mine:4827031:3:yes"]],
    ]


async def test_a_long_text_is_split_and_its_choices_stay_with_the_last_part(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        return Turn(state, (Reply(("một dòng chữ dài\n" * 200,), (Choice("a", "Nhãn của nút" * 3),)),))

    office = Office(store, route)
    await office.deliver(update(1, "lan", Said("x"), channel="plain"))
    payloads = [row["payload"] for row in office.rows(c.outbox)]
    assert len(payloads) == 2
    assert ["choices" in payload for payload in payloads] == [False, True]
    assert all(len(payload["text"]) + 50 <= 2000 for payload in payloads)


async def test_what_is_said_of_an_album_is_said_once(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        n = state.version + 1
        return Turn(State(version=n), (Reply((f"Đã nhận {n} ảnh",), settles=True),))

    office = Office(store, route)
    for number in range(3):
        await office.event("lan", Sent(Media("photo", f"ref{number}")))
    waiting = [row for row in office.rows(c.outbox) if row["status"] == "queued"]
    assert [row["payload"]["text"] for row in waiting] == ["Đã nhận 3 ảnh"]
    assert (waiting[0]["not_before"] - office.now).total_seconds() == 2


async def test_replies_are_in_the_language_of_the_talk(store: Store) -> None:
    def route(event: Event, state: State, facts: Facts) -> Turn:
        return Turn(state, (reply(say("choice.no")),))

    office = Office(store, route)
    await office.deliver(update(1, "lan", Said("x"), language="vi"))
    await office.deliver(update(2, "john", Said("x"), language="en"))
    assert [office.said("lan"), office.said("john")] == [["Không"], ["No"]]


# ---------------------------------------------------------------- groups

GROUP = {"chat": "-100", "is_group": True, "group_title": "Tổ trưởng Từ Liêm"}


async def test_a_group_keeps_no_talk_and_nothing_about_who_spoke(store: Store) -> None:
    office = Office(store, echo)
    await office.say("minh", "KETQUA", **GROUP)
    await office.say("minh", "KETQUA", **GROUP)
    assert office.said("-100") == ["0: KETQUA", "0: KETQUA"]
    assert office.rows(p.person) == office.rows(p.conversation) == []
    [chat] = office.rows(c.chat)
    assert (chat["title"], chat["standing"]) == ("Tổ trưởng Từ Liêm", "member")
    assert [row["person_id"] for row in office.rows(c.outbox)] == [None, None]


async def test_a_group_that_the_bot_left_is_known_to_be_left_until_it_is_added_again(store: Store) -> None:
    office = Office(store, echo)
    await office.event("hoa", Joined("left"), **GROUP)
    assert office.rows(c.chat) == []
    await office.event("hoa", Joined("member"), **GROUP)
    await office.event("hoa", Joined("left"), **GROUP)
    assert [row["standing"] for row in office.rows(c.chat)] == ["left"]
    assert office.said("-100") == ["0: Joined"]
    await office.event("hoa", Joined("admin"), **GROUP)
    assert [row["standing"] for row in office.rows(c.chat)] == ["admin"]


async def test_a_group_that_moves_keeps_its_row_and_its_queue(store: Store) -> None:
    office = Office(store, echo)
    await office.say("hoa", "KETQUA", **GROUP)
    moved = update(50, "hoa", Joined("member"), **GROUP, moved_to="-200")
    await office.deliver(moved)
    await office.deliver(update(51, "hoa", Joined("member"), **GROUP, moved_to="-200"))
    await office.say("hoa", "KETQUA", **(GROUP | {"chat": "-200"}))
    assert [row["external_id"] for row in office.rows(c.chat)] == ["-200"]
    assert [row["chat"] for row in office.rows(c.outbox)] == ["-200", "-200"]


async def test_an_officer_is_known_in_a_group(store: Store) -> None:
    store.write_now(add_person, "hoa", "Hoa", role="officer", of=WARD)

    def route(event: Event, state: State, facts: Facts) -> Turn:
        unit = facts.person.roles[0].unit if facts.person.roles else None
        return Turn(state, (reply(unit.short if unit else "ai đó"),))

    office = Office(store, route)
    await office.say("hoa", "x", **GROUP)
    await office.say("minh", "x", **GROUP)
    assert office.said("-100") == ["P. Từ Liêm", "ai đó"]


async def test_a_voice_message_reaches_the_nearest_officers_on_every_channel(store: Store) -> None:
    def everybody(conn):  # type: ignore[no-untyped-def]
        add_person(conn, "lan", "Lan", unit_id=SAO_MAI)
        add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
        add_person(conn, "zhoa", "Hoa ở Zalo", role="officer", of=WARD, channel="plain")
        add_person(conn, "an", "An", role="owner")

    store.write_now(everybody)
    voice = Media("voice", "v1")

    def route(event: Event, state: State, facts: Facts) -> Turn:
        return Turn(state, (), (AskForHelp("voice", voice),))

    office = Office(store, route)
    await office.event("lan", Sent(voice))
    [to_hoa] = [row for row in office.rows(c.outbox) if row["chat"] == "hoa"]
    assert to_hoa["payload"]["media"] == [{"kind": "voice", "ref": "v1", "name": ""}]
    assert "May Sao Mai" in to_hoa["payload"]["text"]
    assert to_hoa["status"] == "queued"
    [elsewhere] = [row for row in office.rows(c.outbox) if row["chat"] == "zhoa"]
    assert elsewhere["payload"]["media"] == [{"kind": "voice", "ref": "voice:1:vi:3", "name": "tin-thoai.ogg"}]
    assert office.said("an") == []
