"""Whatever somebody does beside their own affairs is in the trail, under their name, in the tree of its admins."""

from __future__ import annotations

from sqlalchemy import Connection

from bot import audit_desk
from bot.directory import Directory
from handlers import broadcast_effects as reminding
from handlers import desk_effects as desk
from handlers import effects as e
from handlers.audit_facts import SERVER, LogOf, LogPage, Narrowed
from models.queries import people, registry
from models.store import Store
from tests.rights import world
from tests.rights.house import Bot
from tests.rights.test_effects import TABLE
from tests.rights.world import CITY, CODES, MAI, NOON, THIS, id_of, marks

# One's own affairs: kept where they belong (person, consent, initiative, request), not in the trail.
OWN = {
    *(e.GiveConsent, e.SetPerson, e.AskForUnit, e.AskForHelp, reminding.SetReminders, e.ChatStanding),
    *(e.FileInitiative, e.Complete, desk.SayInTalk, desk.DeclineProposal),
}
# Of no unit: about oneself, a code nobody knows, the whole installation.
EVERYWHERE = {
    *("account.code", "account.join", "account.part", "person.forget", "consent.withdraw", "code.wrong"),
    *("make an owner", "revoke an owner"),
}


def wrong(conn: Connection) -> list[str]:
    """Acts that left no row, one of somebody else, or one that no admin of the tree reads."""
    bot, found = Bot(), list[str]()
    tree = registry.subtree(conn, CITY)
    for row, what, made in TABLE:
        effect, may = made(conn), marks(row)
        who = next((name for name in (*world.ROLES, world.AUTHOR) if may[name]), None)
        if who is None or type(effect) in OWN:
            continue
        noted = bot.tries(conn, who, effect).noted
        found += [] if noted else [f"{what}: nothing is kept"]
        for action, unit_id, by in noted:
            found += [] if by == id_of(conn, who) else [f"{what}: kept as somebody else's"]
            found += [] if unit_id in tree or EVERYWHERE & {action, what} else [f"{what}: of unit {unit_id}"]
    return found


def test_every_act_is_in_the_trail(matrix: Store) -> None:
    assert matrix.write_now(wrong) == []


def test_a_group_linked_by_its_code_and_a_filing_for_somebody_else_are_in_it(matrix: Store) -> None:
    def tried(conn: Connection) -> list[tuple[str, ...]]:
        bot = Bot()
        linked = bot.tries(conn, "officer of it", e.LinkGroup(CODES["group"]), chat="-3")
        answers = world.typed() | {"behalf": "Trần Thị Lan"}
        filed = bot.tries(conn, "support of it", e.FileInitiative("ho", world.THIS, world.MAI, answers))
        return [tuple(action for action, *_ in one.noted) for one in (linked, filed)]

    assert matrix.write_now(tried) == [("group.link",), ("initiative.behalf",)]


def test_each_reads_what_was_done_in_their_units_and_for_their_campaign(matrix: Store) -> None:
    both, other = ["line.set", "request.take"], ["request.take"]
    reads = dict.fromkeys(("admin of all campaigns", "admin of this campaign", "owner"), both)
    reads |= {"admin of another campaign": other}

    def read(conn: Connection) -> dict[str, list[str]]:
        with conn.begin_nested() as undone:
            people.note(conn, None, "request.take", NOON, unit_id=MAI)
            people.note(conn, None, "line.set", NOON, unit_id=MAI, campaign_id=THIS)
            shown = {name: _read(conn, name) for name in (world.MEMBER, *world.ROLES)}
            undone.rollback()
        return {name: rows for name, rows in shown.items() if rows}

    assert matrix.write_now(read) == reads


def _read(conn: Connection, who: str) -> list[str]:
    """The same, however it is asked for."""
    queries = LogOf(), LogOf(Narrowed(unit_id=MAI)), LogOf(Narrowed(person_id=SERVER))
    pages = [audit_desk.answer(conn, Directory(), query, id_of(conn, who), NOON) for query in queries]
    rows = [[row.action for row in page.rows if row.nobody] for page in pages if isinstance(page, LogPage)]
    assert rows == [rows[0]] * len(queries)
    return rows[0]
