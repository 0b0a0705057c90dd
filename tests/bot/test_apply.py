"""Effects: what each leaves behind, and who may bring it about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, select

from bot import apply as apply_module
from handlers import effects as e
from handlers.facts import Facts
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import Event, Joined, Media, Said, State, Turn, reply, say
from models import chat as c
from models import initiative as i
from models import person as p
from models import unit as u
from models.queries import invites, people, tally
from models.store import Store
from tests.bot.office import CAMPAIGN, NOON, OTHER_WARD, SAO_MAI, SAO_VANG, TEXTS, WARD, Office, add_person, registry

GROUP = {"chat": "-100", "is_group": True, "group_title": "Tổ trưởng"}
ANSWERS = {
    "title": "Dán màu phân loại chỉ",
    "body": "trước hay lấy nhầm, giờ nhìn là biết",
    "began": {"date": "2026-11-16", "precision": "week"},
    "confidential": False,
    "behalf": None,
    "similar_to": None,
    "author_group": "workers",
}


class Desk(Office):
    """An office whose bot does what the test says, whoever writes."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, self._route)
        self.effects: Sequence[e.Effect] = ()
        self.words: Any = "xong"

    def _route(self, event: Event, state: State, facts: Facts) -> Turn:
        return Turn(
            State(version=state.version + 1, language=state.language), (reply(self.words),), tuple(self.effects)
        )

    async def do(self, account: str, *effects: e.Effect, words: Any = "xong", **also: Any) -> str:
        """What the bot says to it in the end."""
        self.effects, self.words = effects, words
        await self.say(account, "x", **also)
        return self.said(also.get("chat", account))[-1]

    def one(self, table: Any) -> Any:
        return self.store.read_now(lambda conn: conn.execute(select(table)).one())

    def audit(self) -> list[tuple[str, int | None]]:
        return [(row["action"], row["unit_id"]) for row in self.rows(p.audit)]


NOT_ALLOWED = TEXTS.render("vi", say("not_allowed"))


@pytest.fixture
def desk(store: Store) -> Desk:
    def world(conn: Connection) -> None:
        registry(conn)
        lan = add_person(conn, "lan", "Tran Thi Lan", unit_id=SAO_MAI)
        add_person(conn, "hoa", "Hoa", role="officer", of=WARD)
        an = add_person(conn, "an", "An", role="owner")
        for who in (lan, an):
            agreed = {"version": CONSENT_VERSION, "text": "đồng ý", "channel": "buttons", "at": NOON}
            people.give_consent(conn, who, **agreed)

    store.write_now(world)
    return Desk(store)


def file(**also: Any) -> e.FileInitiative:
    answers = ANSWERS | also.pop("answers", {})
    return e.FileInitiative(**({"draft": "d1", "campaign_id": CAMPAIGN, "unit_id": SAO_MAI, "answers": answers} | also))


def test_every_effect_has_its_function() -> None:
    assert set(get_args(e.Effect)) == set(apply_module._DO)


# ---------------------------------------------------------------- the worker


async def test_a_receipt_carries_the_code_in_groups(desk: Desk) -> None:
    photo = Media("photo", "ref1")
    said = await desk.do("lan", file(media=(photo,)), words=say("mine.unknown"))
    assert "48 27 001" in said
    row = desk.one(i.initiative)
    assert (row.title, row.folded, str(row.began_on)) == (ANSWERS["title"], "dan mau phan loai chi", "2026-11-16")
    assert (row.author_group, row.body, row.confidential) == ("workers", ANSWERS["body"], False)
    assert [(proof["kind"], proof["ref"]) for proof in desk.rows(i.evidence)] == [("photo", "ref1")]
    assert await desk.do("lan", file(), words=say("mine.unknown")) == said  # the same draft again
    assert len(desk.rows(i.initiative)) == 1


async def test_of_a_confidential_one_only_the_effect_is_kept(desk: Desk) -> None:
    await desk.do("lan", file(answers={"confidential": True, "body": "giảm 3 phút mỗi áo"}))
    row = desk.one(i.initiative)
    assert (row.body, row.effect, row.confidential) == (None, "giảm 3 phút mỗi áo", True)


async def test_consent_is_kept_with_its_words_and_a_withdrawal_with_its_time(desk: Desk) -> None:
    newest = select(p.consent).order_by(p.consent.c.id.desc()).limit(1)
    await desk.do("hoa", e.GiveConsent("2026-11"))
    kept = desk.store.read_now(lambda conn: conn.execute(newest).one())
    assert (kept.version, kept.channel, kept.given_at, kept.withdrawn_at) == ("2026-11", "buttons", desk.now, None)
    assert "Công đoàn phường Từ Liêm" in kept.text
    assert "https://vd.vn/dl" in kept.text
    desk.later(days=1)
    await desk.do("hoa", e.WithdrawConsent())
    assert desk.store.read_now(lambda conn: conn.execute(newest).one()).withdrawn_at == desk.now
    assert await desk.do("hoa", file()) == TEXTS.render("vi", say("consent.needed"))
    assert ("consent.withdraw", None) in desk.audit()


async def test_coauthors_money_and_details_are_completed_in_one_go(desk: Desk) -> None:
    await desk.do("lan", file())
    shares = [["Tran Thi Lan", 60], ["Pham Van Minh", 40]]
    values = {"coauthors": shares, "benefit_kind": "money", "benefit_vnd": 5_000_000, "details": {"place": "chuyền 2"}}
    await desk.do("lan", e.Complete(1, values, (Media("file", "f1", name="ảnh.pdf"),)))
    row = desk.one(i.initiative)
    assert (row.benefit_vnd, row.details) == (5_000_000, {"place": "chuyền 2"})
    assert [[co["name"], co["share"]] for co in desk.rows(i.coauthor)] == shares
    assert [proof["name"] for proof in desk.rows(i.evidence)] == ["ảnh.pdf"]


async def test_nobody_changes_what_is_not_theirs(desk: Desk) -> None:
    await desk.do("lan", file())
    closed = TEXTS.render("vi", say("not_open"))
    for effect in (e.Withdraw(1), e.Complete(1, {"benefit_vnd": 1}), e.MoveToUnit(1, WARD), e.MakeConfidential(1)):
        assert await desk.do("hoa", effect) == closed
    row = desk.one(i.initiative)
    assert (row.status, row.benefit_vnd, row.unit_id, row.confidential) == ("waiting", None, SAO_MAI, False)
    assert await desk.do("lan", e.Withdraw(1)) == "xong"
    assert await desk.do("lan", e.Withdraw(1)) == closed


async def test_a_move_is_counted_on_the_local_day(desk: Desk) -> None:
    await desk.do("lan", file())
    desk.later(hours=13)  # past midnight in Hà Nội
    await desk.do("lan", e.MoveToUnit(1, SAO_VANG))
    days = {(row["unit_id"], str(row["day"])): row["filed"] + row["adjusted"] for row in desk.rows(u.tally)}
    assert days == {(SAO_MAI, "2026-11-20"): 1, (SAO_MAI, "2026-11-21"): -1, (SAO_VANG, "2026-11-21"): 1}
    assert desk.store.read_now(tally.differences) == []


async def test_files_of_a_confidential_initiative_are_deleted_after_the_commit(desk: Desk) -> None:
    await desk.do("lan", file(media=(Media("photo", "ref1"),)))
    desk.store.write_now(lambda conn: conn.execute(i.evidence.update().values(stored="ab12.jpg")))
    await desk.do("lan", e.MakeConfidential(1, "nhanh hơn"), words="đã xóa")
    assert desk.removed == ["ab12.jpg"]
    assert desk.rows(i.evidence) == []
    assert desk.said("lan") == ["", "đã xóa"]


async def test_a_forgotten_person_is_answered_and_then_a_stranger(desk: Desk) -> None:
    await desk.do("lan", file(), e.GiveConsent("1"))
    assert await desk.do("lan", e.ForgetPerson(), words="đã xóa") == "đã xóa"
    assert desk.said("lan") == ["đã xóa"]
    lan = desk.rows(p.person)[0]
    assert (lan["name"], lan["unit_id"]) == (None, None)
    assert "lan" not in [row["external_id"] for row in desk.rows(p.account)]
    assert "Lan" not in str([desk.rows(table) for table in (p.person, p.conversation, i.initiative, p.audit)])
    assert desk.store.read_now(tally.differences) == []
    people = len(desk.rows(p.person))
    await desk.do("lan")
    assert len(desk.rows(p.person)) == people + 1


# ---------------------------------------------------------------- asking for a person


async def test_help_is_asked_of_the_nearest_officer_once_an_hour(desk: Desk) -> None:
    for _ in range(3):
        await desk.do("lan", e.AskForHelp("help"))
    [told] = desk.said("hoa")
    assert "Tran Thi Lan" in told
    assert "May Sao Mai" in told
    assert [row["kind"] for row in desk.rows(p.request)] == ["help"]
    desk.later(hours=2)
    await desk.do("lan", e.AskForHelp("help"))
    assert len(desk.said("hoa")) == 2


async def test_a_missing_unit_goes_to_those_who_run_the_campaign(desk: Desk) -> None:
    desk.store.write_now(add_person, "minh", "Minh")
    await desk.do("minh", e.AskForUnit("xưởng mộc Tư Lành"))
    [told] = desk.said("hoa")
    assert "xưởng mộc Tư Lành" in told
    [asked] = desk.rows(p.request)
    assert (asked["kind"], asked["unit_id"]) == ("unit", WARD)
    assert desk.rows(p.person)[-1]["unit_words"] == "xưởng mộc Tư Lành"


async def test_what_officers_were_told_is_erased_with_the_person_it_tells_of(desk: Desk) -> None:
    await desk.do("lan", e.AskForHelp("help"))
    await desk.do("lan", e.ForgetPerson())
    assert desk.said("hoa") == []


# ---------------------------------------------------------------- officers


async def test_a_group_is_linked_by_a_code_that_its_officer_made(desk: Desk) -> None:
    assert await desk.do("lan", e.MakeInvite(WARD, "officers")) == NOT_ALLOWED
    assert await desk.do("hoa", e.MakeInvite(OTHER_WARD, "officers")) == NOT_ALLOWED
    said = await desk.do("hoa", e.MakeInvite(WARD, "officers"), words=say("link.code"))
    code = next(word.strip(".,:") for word in said.split() if len(word.strip(".,:")) == 8 and word.isupper())
    assert await desk.do("minh", e.LinkGroup(code), **GROUP) == "xong"
    chat = desk.one(c.chat)
    assert (chat.unit_id, chat.kind, chat.linked_at) == (WARD, "officers", desk.now)
    bad = TEXTS.render("vi", say("link.bad"))
    assert await desk.do("minh", e.LinkGroup(code), **(GROUP | {"chat": "-200"})) == bad
    assert desk.audit() == [("invite.make", WARD), ("group.link", WARD)]


async def test_a_code_of_an_officer_who_is_no_longer_one_links_nothing(desk: Desk) -> None:
    said = await desk.do("hoa", e.MakeInvite(WARD, "officers"), words=say("link.code"))
    code = next(word.strip(".,:") for word in said.split() if len(word.strip(".,:")) == 8 and word.isupper())
    desk.store.write_now(lambda conn: conn.execute(p.role.update().values(revoked_at=desk.now)))
    await desk.do("minh", e.LinkGroup(code), **GROUP)
    assert [row["unit_id"] for row in desk.rows(c.chat)] == [None]


async def test_an_invitation_makes_an_officer_once(desk: Desk) -> None:
    code = desk.store.write_now(lambda conn: invites.make(conn, kind="officer", unit_id=SAO_MAI, now=desk.now))
    assert await desk.do("lan", e.UseInvite(code)) == "xong"
    assert await desk.do("an", e.UseInvite(code)) == TEXTS.render("vi", say("invite.bad"))
    assert [(row["kind"], row["unit_id"]) for row in desk.rows(p.role)][-1] == ("officer", SAO_MAI)
    assert desk.audit() == [("invite.use", SAO_MAI)]


async def linked(desk: Desk, unit_id: int = SAO_MAI) -> int:
    code = desk.store.write_now(
        lambda conn: invites.make(conn, kind="group", unit_id=unit_id, group_kind="members", now=desk.now)
    )
    await desk.do("minh", e.LinkGroup(code), **GROUP)
    return int(desk.one(c.chat).id)


async def test_only_officers_of_the_unit_or_above_set_a_group_and_post_to_it(desk: Desk) -> None:
    desk.store.write_now(lambda conn: add_person(conn, "binh", "Bình", role="officer", of=SAO_VANG))
    group = await linked(desk)
    for stranger in ("lan", "binh"):
        assert await desk.do(stranger, e.SetGroup(group, {"hour": "18:00"})) == NOT_ALLOWED
        assert await desk.do(stranger, e.PostNotice(group)) == NOT_ALLOWED
    assert await desk.do("minh", e.PostNotice(group), **GROUP) == NOT_ALLOWED
    assert await desk.do("hoa", e.PostNotice(404)) == NOT_ALLOWED
    assert desk.posted == []
    assert await desk.do("hoa", e.SetGroup(group, {"hour": "18:00"})) == "xong"
    assert await desk.do("hoa", e.PostNotice(group)) == "xong"
    assert await desk.do("an", e.PostNotice(group), **GROUP) == "xong"
    assert desk.posted == [group, group]
    assert desk.one(c.chat).hour == "18:00"
    assert desk.audit()[-3:] == [("group.set", SAO_MAI), ("notice.post", SAO_MAI), ("notice.post", SAO_MAI)]


async def test_an_unlinked_group_takes_no_notice(desk: Desk) -> None:
    await desk.do("an", **GROUP)
    said = await desk.do("an", e.PostNotice(int(desk.one(c.chat).id)), **GROUP)
    assert said == TEXTS.render("vi", say("group.not_linked"))


async def test_a_standing_that_a_turn_tells_is_kept(desk: Desk) -> None:
    desk.effects = (e.ChatStanding("blocked"),)
    await desk.event("lan", Joined("blocked"))
    assert [row["reachable"] for row in desk.rows(p.account) if row["external_id"] == "lan"] == [False]
    desk.effects = (e.ChatStanding("admin"),)
    await desk.event("hoa", Said("x"), **GROUP)
    assert desk.one(c.chat).standing == "admin"
