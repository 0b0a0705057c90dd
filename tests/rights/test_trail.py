"""Whatever somebody does beside their own affairs is in the trail, under their name, in the tree of its admins."""

from __future__ import annotations

from sqlalchemy import Connection

from handlers import broadcast_effects as reminding
from handlers import desk_effects as desk
from handlers import effects as e
from models.queries import registry
from models.store import Store
from tests.rights import world
from tests.rights.house import Bot
from tests.rights.test_effects import TABLE
from tests.rights.world import CITY, CODES, id_of, marks

# One's own affairs: kept where they belong (person, consent, initiative, request), not in the trail.
OWN = {
    *(e.GiveConsent, e.SetPerson, e.AskForUnit, e.AskForHelp, reminding.SetReminders, e.ChatStanding),
    *(e.FileInitiative, e.Complete, desk.SayInTalk, desk.DeclineProposal),
}
# Of no unit: about oneself, a code nobody knows, the whole installation.
EVERYWHERE = {"person.forget", "consent.withdraw", "code.wrong", "make an owner", "revoke an owner"}


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
