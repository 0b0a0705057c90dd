"""Every effect, tried by everybody as if a forged press had led to it: what is not allowed leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, get_args

from sqlalchemy import Connection, select

from handlers import broadcast_effects as reminding
from handlers import desk_effects as desk
from handlers import effects as e
from handlers import file_effects as files
from handlers import join_facts as joins
from handlers import role_effects as given
from handlers.broadcast_facts import Rule
from handlers.cast import PAUSE, SteerCast
from handlers.papers import POSTERS, Paper
from handlers.talk import Media, say
from handlers.untold_facts import ToldInPerson
from models.initiative import initiative
from models.person import request
from models.queries import invites
from models.store import Store
from tests.rights import world
from tests.rights.house import TEXTS, Bot, undone
from tests.rights.world import (
    BESIDE,
    BY_HAND,
    CODES,
    EVERYBODY,
    GROUP,
    MAI,
    NOON,
    PHU,
    TEAM,
    THIS,
    TODAY,
    TOMORROW,
    VANG,
    WARD,
    code_id,
    id_of,
    marks,
    role_id,
    typed,
)

give = given.GiveCode
FILE = Media("file", "so.xlsx", name="so.xlsx")
QR = Media("file", Paper(POSTERS, MAI, THIS, NOON, "vi").ref, name="to-roi-4827.pdf")
EVERYONE = Rule("everyone")
LATER = TODAY + timedelta(days=40)
ANSWERS = {name: value for name, value in typed().items() if name not in ("unit", "campaign")}
Made = Callable[[Connection], e.Effect]


def at_once(effect: e.Effect) -> Made:
    return lambda _: effect


def filed(**also: Any) -> Made:
    return at_once(e.FileInitiative("moi", THIS, MAI, ANSWERS | also))


# Read along a row: who may do this to May Sao Mai, its group, its requests, its drive …, in the campaign THIS?
#
#   s stranger              s support of it    o officer of it               w admin of the ward, all campaigns
#   n has not agreed        a support above    a officer above               t admin of this campaign
#   w a worker              b support below    b officer below               o admin of another campaign
#   a who wrote/asked it    x support beside   x officer beside              x admin of the tree beside
#                                              i officer of its cluster
#                                              c officer of another cluster   o owner
TABLE: tuple[tuple[str, str, Made], ...] = (
    # snwa sabx oabxic wtox o
    # ---- one's own affairs: everybody
    ("xxxx xxxx xxxxxx xxxx x", "agree", at_once(e.GiveConsent("2026-11"))),
    ("xxxx xxxx xxxxxx xxxx x", "say one's name", at_once(e.SetPerson({"name": "Lan"}))),
    ("xxxx xxxx xxxxxx xxxx x", "name a unit nobody knows", at_once(e.AskForUnit("cty X"))),
    ("xxxx xxxx xxxxxx xxxx x", "ask for help", at_once(e.AskForHelp("voice", FILE))),
    ("xxxx xxxx xxxxxx xxxx x", "want no reminders", at_once(reminding.SetReminders(False))),
    ("xxxx xxxx xxxxxx xxxx x", "be forgotten", at_once(e.ForgetPerson())),
    ("xxxx xxxx xxxxxx xxxx x", "withdraw consent", at_once(e.WithdrawConsent())),
    ("xxxx xxxx xxxxxx xxxx x", "block the bot", at_once(e.ChatStanding("blocked"))),
    ("xxxx xxxx xxxxxx xxxx x", "type a wrong code", at_once(given.WrongCode())),
    ("xxxx xxxx xxxxxx xxxx x", "get a code for another channel", at_once(joins.MakeJoinCode())),
    ("xxxx xxxx xxxxxx xxxx x", "be one with who made a code", at_once(joins.JoinAccounts(CODES["join"]))),
    ("...x .... ...... .... .", "part from who was joined", at_once(joins.PartAccounts(1))),
    # ---- only who has agreed that words are kept
    ("..xx xxxx xxxxxx xxxx x", "file", filed()),
    ("..xx xxxx xxxxxx xxxx x", "take a role by its code", at_once(e.UseInvite(CODES["role"]))),
    # ---- only its author, or who asked
    ("...x .... ...... .... .", "complete it", at_once(e.Complete(1, {}))),
    ("...x .... ...... .... .", "make it confidential", at_once(e.MakeConfidential(1))),
    ("...x .... ...... .... .", "withdraw it", at_once(e.Withdraw(1))),
    ("...x .... ...... .... .", "move it to another unit", at_once(e.MoveToUnit(1, VANG))),
    (".... .... ...... .... .", "move it out of the campaign", at_once(e.MoveToUnit(1, PHU))),
    ("...x .... ...... .... .", "write to the helper", at_once(desk.SayInTalk(2, "chào"))),
    ("...x .... ...... .... .", "decline what was typed", at_once(desk.DeclineProposal(3))),
    # ---- those who help
    (".... xx.. xx..x. xxx. x", "take a request", at_once(desk.TakeRequest(1))),
    (".... xx.. xx..x. xxx. x", "finish a request", at_once(desk.FinishRequest(1))),
    (".... xx.. xx..x. xxx. x", "answer a request", at_once(desk.AnswerRequest(1, "chào"))),
    (".... .x.. ...... .... .", "answer in another's talk", at_once(desk.AnswerRequest(2, "chào"))),
    (".... xx.. xx..x. xxx. x", "type for the author", at_once(desk.ProposeFiling(1, typed()))),
    (".... xx.. xx..x. xxx. x", "say of which unit somebody is", at_once(desk.PlaceRequester(1, TEAM))),
    (".... .x.. .x.... xxx. x", "say it is a unit beside", at_once(desk.PlaceRequester(1, VANG))),
    (".... .... xx..x. xxx. x", "keep another name of a unit", at_once(desk.PlaceRequester(1, MAI, True))),
    (".... xx.. xx..x. xxx. x", "have told somebody", lambda conn: ToldInPerson(id_of(conn, "lỡ"))),
    # ---- roles: nobody gives what they do not have
    (".... .... xx..x. x... x", "make a helper", at_once(give("support", "A B", MAI))),
    (".... .... xx..x. xx.. x", "make its campaign's helper", at_once(give("support", "A B", MAI, campaign_id=THIS))),
    (".... .... .x.... x... x", "make an officer", at_once(give("officer", "A B", MAI))),
    (".... .... xx..x. x... x", "make an officer below", at_once(give("officer", "A B", TEAM))),
    (".... .... .x.... x... x", "make the cluster's officer", at_once(give("officer", "A B", cluster="Cụm Dệt may"))),
    (".... .... ...... .... x", "make an admin", at_once(give("admin", "A B", WARD, campaign_id=THIS))),
    (".... .... ...... .... x", "make an owner", at_once(give("owner", "A B"))),
    (
        ".... .... xx..x. x... x",
        "withdraw a helper's code",
        lambda conn: given.WithdrawCode(code_id(conn, "support of it")),
    ),
    (
        ".... .... .x.... x... x",
        "withdraw an officer's code",
        lambda conn: given.WithdrawCode(code_id(conn, "officer of it")),
    ),
    (".... .... xx..x. x... x", "revoke a helper", lambda conn: given.RevokeRole(role_id(conn, "support of it"))),
    (".... .... .x.... x... x", "revoke an officer", lambda conn: given.RevokeRole(role_id(conn, "officer of it"))),
    (
        ".... .... xx..x. x... x",
        "revoke an officer below",
        lambda conn: given.RevokeRole(role_id(conn, "officer below")),
    ),
    (".... .... ...... .... x", "revoke an admin", lambda conn: given.RevokeRole(role_id(conn, "admin"))),
    (".... .... ...... .... x", "revoke an owner", lambda conn: given.RevokeRole(role_id(conn, "owner"))),
    # ---- groups: the unit's; one of a campaign is that campaign's
    (".... .... xx..x. xxx. x", "make a group's code", at_once(e.MakeInvite(MAI, "members"))),
    (".... .... xx..x. xxx. x", "note a group to post in by hand", at_once(e.LinkByHand(MAI, "members", "x"))),
    (".... .... xx..x. xx.. x", "set the group", at_once(e.SetGroup(GROUP, {"hour": "18:00"}))),
    (".... .... xx..x. xx.. x", "unlink the group", at_once(e.UnlinkGroup(GROUP))),
    # ---- notices
    (".... .... xx..x. xx.. x", "post the notice", at_once(e.PostNotice(GROUP))),
    (".... .... xx..x. xx.. x", "see it before", at_once(e.RenewPreview(THIS, GROUP, TODAY, 1))),
    (".... .... xx..x. xx.. x", "decide about it", at_once(e.DecidePreview(THIS, GROUP, TODAY, 1, "skip"))),
    (
        ".... .... xx..x. xx.. x",
        "say it was posted by hand",
        at_once(e.DecidePreview(THIS, BY_HAND, TODAY, 1, "posted")),
    ),
    (".... .... xx..x. xx.. x", "bring out the digest", at_once(e.DecideOffer(3, "post"))),
    (".... .... xx..x. xx.. x", "add a line", at_once(files.SetLine(MAI, THIS, TOMORROW, "a"))),
    (".... .... xx..x. xx.. x", "drop a line", at_once(files.DropLine(MAI, THIS, TODAY))),
    # ---- drives
    (".... .... xx..x. xx.. x", "start a drive", at_once(e.StartDrive(MAI, THIS, "b", LATER, LATER, None))),
    (".... .... xx..x. xx.. x", "end the drive", at_once(e.EndDrive(1))),
    (".... .... xx..x. xx.. x", "set the drive's target", at_once(e.AimDrive(1, 5))),
    # ---- figures and papers
    (".... .... xx..x. xx.. x", "send a file of figures", at_once(files.ReadFigures(MAI, THIS, FILE))),
    (".... .... xx..x. xx.. x", "get an upload link", at_once(files.MakeUploadLink(MAI, THIS))),
    (".... .... xx..x. xx.. x", "have posters made", at_once(files.MakePosters(QR, "4827"))),
    (
        ".... .... xx..x. xx.. x",
        "bring the portal's figures",
        at_once(e.StoreFigures(MAI, THIS, NOON, TODAY, ((TEAM, 5),))),
    ),
    (
        ".... .... ...... .... .",
        "bring a unit beside's figures",
        at_once(e.StoreFigures(MAI, THIS, NOON, TODAY, ((VANG, 5),))),
    ),
    (
        ".... .... ...... .... .",
        "name a unit beside",
        at_once(e.StoreFigures(MAI, THIS, NOON, TODAY, (), ((VANG, "mai"),))),
    ),
    (".... .... xx..x. xx.. x", "say why a figure fell", at_once(e.ExplainFigure(MAI, THIS, NOON, "typing"))),
    # ---- reminders
    (
        ".... .... xx..x. xx.. x",
        "send a reminder",
        at_once(reminding.SendBroadcast(MAI, THIS, EVERYONE, "a", None, NOON + timedelta(hours=1), 3)),
    ),
    (
        ".... .... xx..x. xx.. x",
        "try a reminder",
        at_once(reminding.TryBroadcast(MAI, THIS, EVERYONE, "a", None, NOON)),
    ),
    (".... .... xx..x. xx.. x", "drop a planned reminder", at_once(reminding.CancelBroadcast(1))),
    (".... .... xx..x. xx.. x", "pause a reminder", at_once(SteerCast(2, 1, PAUSE))),
    # ---- a campaign that May Sao Mai has no part in
    (
        ".... .... ...... .... .",
        "start a drive of a campaign beside",
        at_once(e.StartDrive(MAI, BESIDE, "b", LATER, LATER, None)),
    ),
    (
        ".... .... ...... .... .",
        "send a reminder of a campaign beside",
        at_once(reminding.SendBroadcast(MAI, BESIDE, EVERYONE, "a", None, NOON + timedelta(hours=1), 3)),
    ),
    (".... .... ...... .... .", "add a line of a campaign beside", at_once(files.SetLine(MAI, BESIDE, TOMORROW, "a"))),
    (".... .... ...... .... .", "file in a campaign beside", at_once(e.FileInitiative("moi", BESIDE, MAI, ANSWERS))),
)
IN_A_GROUP = {e.LinkGroup}  # by whoever has a code, see `test_a_code_gives_…`


def test_every_effect_stands_in_the_table(matrix: Store) -> None:
    tried = matrix.read_now(lambda conn: {type(made(conn)) for _, _, made in TABLE})
    assert set(get_args(e.Effect)) == tried | IN_A_GROUP


def wrong(conn: Connection, people: Sequence[str] = EVERYBODY) -> list[str]:
    """What came out otherwise than the table says."""
    bot, found = Bot(), list[str]()
    for row, what, made in TABLE:
        effect, may = made(conn), marks(row)
        for who in people:
            tried = bot.tries(conn, who, effect)
            if (not tried.refused) != may[who]:
                found.append(f"{what}: {who} {'may not' if may[who] else 'may'} ({tried.refused or 'done'})")
            elif tried.refused and tried.said != (TEXTS.render("vi", say(tried.refused)),):
                found.append(f"{what}: {who} is told {tried.said}")
            elif who in world.ROLES and may[who] and not may[world.MEMBER] and not tried.noted:
                found.append(f"{what}: what {who} did is not in the audit")
    return found


def test_nobody_does_what_their_role_does_not_allow(matrix: Store) -> None:
    assert matrix.write_now(wrong) == []


def test_nobody_does_so_on_postgresql(postgres_matrix: Store) -> None:
    """One of each kind: the whole matrix would take minutes."""
    some = (world.MEMBER, "support of it", "officer of its cluster", "officer beside", "admin of another campaign")
    assert postgres_matrix.write_now(wrong, (*some, "owner, revoked")) == []


# ---------------------------------------------------------------- by a code, whoever types it


MAKES = marks(".... .... xx..x. xxx. x")  # codes for groups of May Sao Mai
GIVES_AWAY = marks(".... .... xx..x. xx.. x")  # the group that has chosen the campaign THIS


def linked(conn: Connection) -> list[str]:
    """A worker types the code of each maker: in a new group, and in one that belongs to May Sao Mai."""
    bot, found = Bot(), list[str]()
    with undone(conn):
        for who in (*world.ROLES, *world.TAKEN):
            code = _code(conn, who, MAI)
            for chat, may, key in (("-3", MAKES[who], "link.bad"), ("-1", GIVES_AWAY[who], "link.anothers")):
                tried = bot.tries(conn, world.MEMBER, e.LinkGroup(code), chat=chat)
                if tried.refused != ("" if may else key if MAKES[who] else "link.bad"):
                    found.append(f"the code of {who} in {chat}: {tried.refused or 'done'}")
        tried = bot.tries(conn, "officer beside", e.LinkGroup(_code(conn, "officer beside", VANG)), chat="-1")
        found += [] if tried.refused == "link.anothers" else ["a unit beside takes the group over"]
    return found


def _code(conn: Connection, maker: str, unit_id: int) -> str:
    by = id_of(conn, maker)
    return invites.make(conn, kind="group", unit_id=unit_id, group_kind="members", now=NOON, made_by=by)


def test_a_code_gives_no_group_away_that_is_not_its_makers(matrix: Store) -> None:
    assert matrix.write_now(linked) == []


def borrowed(conn: Connection) -> tuple[str, bool, bool]:
    """A worker files with the request of the author, whom somebody typed for."""
    with undone(conn):
        tried = Bot().tries(conn, world.MEMBER, filed(typed=3)(conn), undo=False)
        by = conn.execute(select(initiative.c.filed_by_id).where(initiative.c.draft == "moi")).scalar_one()
        done = conn.execute(select(request.c.done_at).where(request.c.id == 3)).scalar_one()
        return tried.refused, by == id_of(conn, world.MEMBER), done is None


def test_what_was_typed_for_the_author_is_nobody_elses(matrix: Store) -> None:
    """It is the worker's own filing, and the author's request stays open."""
    assert matrix.write_now(borrowed) == ("", True, True)
