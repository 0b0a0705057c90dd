"""Every choice of every card, pressed by everybody with the data of a card that was another's, or made up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

from sqlalchemy import Connection, func, select

from handlers import cards
from handlers.card import CLOSE
from handlers.codes import spoken
from handlers.talk import Say, say
from handlers.words import COMMANDS
from models.chat import outbox
from models.initiative import initiative
from models.store import Store
from tests.rights import world
from tests.rights.house import TEXTS, Bot, Outcome
from tests.rights.secrets import SECRETS, leaks, seen
from tests.rights.world import BY_HAND, CODES, GROUP, MAI, THIS, code_id, id_of, role_id

# Marks: x it is done, asked or shown; o the card is shown, nothing more; . told that it is not theirs, or not there.
ALL = "xxxx xxxx xxxxxx xxxx x"
HELPS = ".... xxxx xxxxxx xxxx x"  # whoever helps anywhere
SERVES = ".... .... xxxxxx xxxx x"  # whoever serves anywhere: lists of what is theirs
HELPERS = ".... xx.. xx..x. xxx. x"  # of May Sao Mai
OFFICERS = ".... .... xx..x. xxx. x"  # of May Sao Mai
RUN_IT = ".... .... xx..x. xx.. x"  # the campaign in May Sao Mai
AUTHOR = "...x .... ...... .... ."
ADMINS = ".... .... ...... xxxx x"  # whoever runs a campaign anywhere
TELLS = ".... xxx. xxx.x. xx.. x"  # those whom the reminder missed, their own ones
READS = ".... .... xxx.x. xx.. x"  # the numbers of its notice: those below it, too
SETTINGS = (
    "when kinds order look other hour days quiet unlink gone d12345 d1234567 k0daily k1daily k0weekly k0drive"
    " k0closing k0milestone scount spercent sofficial p0 p1 v0 v1 a0 a1 len lvi"
)
#           stranger, has not agreed, worker, author
#           |    support of it, above, below, beside
#           |    |    officer of it, above, below, beside, of its cluster, of another cluster
#           |    |    |      admin of all campaigns, this, another, the tree beside
#           |    |    |      |    owner
Row = tuple[str, str, str, str]  # marks, kind, record, keys


def table(conn: Connection) -> tuple[Row, ...]:
    code = conn.execute(select(initiative.c.code)).scalar_one()
    preview = f"{THIS}.{GROUP}.20261120.1"
    by_hand = f"{THIS}.{BY_HAND}.20261120.1"
    support, officer = f"r{role_id(conn, 'support of it')}", f"r{role_id(conn, 'officer of it')}"
    owner, waits = f"r{role_id(conn, 'owner')}", f"c{code_id(conn, 'support of it')}"
    lost = id_of(conn, "lỡ")
    held_back = conn.execute(select(func.min(outbox.c.id)).where(outbox.c.chat == "-1")).scalar_one()
    return (
        # ---- one's own
        (ALL, "language", "me", "vi en"),
        (ALL, "erase", "me", "yes"),
        (ALL, "unconsent", "me", "yes"),
        (AUTHOR, "list", "0", code),
        (AUTHOR, "mine", code, "details withdraw unit"),
        (AUTHOR, "withdraw", code, "yes"),
        (AUTHOR, "them", code, "coauthors decision money more phone photos place post secret type"),
        (AUTHOR, "typed", "3.1", "yes edit leave"),
        (AUTHOR, "talk", "2", "answer"),
        (ALL, "joins", "0", "code"),
        (ALL, "join", CODES["join"], "yes"),
        (AUTHOR, "joins", "0", "p1"),
        (AUTHOR, "part", "1", "yes"),
        # ---- those who help
        (HELPS, "requests", "0", "more"),
        (HELPERS, "requests", "0", "r1"),
        (HELPERS, "request", "1", "take answer place done"),
        (HELPERS, "request", "2", "over"),
        (HELPERS, "request", "3", "type"),
        (HELPS, "untold", "0", "more"),
        (HELPERS, "untold", "0", f"p{lost}"),
        (HELPERS, "untold_one", str(lost), "told"),
        # ---- roles
        (SERVES, "roles", "0", "more"),
        (OFFICERS, "roles", "0", f"{support} {waits}"),
        (".... .... xx..x. xoo. x", "role", support, "end yes"),
        (".... .... xx..x. xoo. x", "role", waits, "end yes"),
        (".... .... ox..o. xoo. x", "role", officer, "end yes"),
        (".... .... ...... .... x", "role", owner, "end yes"),
        # ---- groups
        (SERVES, "settings", "0", "more"),
        (RUN_IT, "settings", "0", f"g{GROUP}"),
        (RUN_IT, "group", str(GROUP), SETTINGS),
        (SERVES, "link", "new", "hand"),
        (".... .... x...x. .... x", "link", "new", f"o{MAI} m{MAI}"),  # of the units that are offered to them
        (".... .... x...x. .... x", "link", "hand", f"o{MAI} m{MAI}"),
        # ---- notices
        (SERVES, "post", "0", "more"),
        (RUN_IT, "post", "0", f"g{GROUP} g{BY_HAND}"),
        (RUN_IT, "unsent", "0", f"u{held_back} more"),
        (SERVES, "previews", "0", "more"),
        (RUN_IT, "previews", "0", f"g{GROUP} g{GROUP}.{THIS}"),
        (RUN_IT, "preview", preview, "time now fix again skip leave"),
        (RUN_IT, "preview", by_hand, "posted"),
        (RUN_IT, "decided", preview, "time now fix again skip"),
        (SERVES, "offers", "0", "more today"),
        (RUN_IT, "offers", "0", "o3"),
        (RUN_IT, "offer", "3", "post leave"),
        (RUN_IT, "handed", "3", "post"),
        (READS, "why", "1", "total-count row0-count parts-valid parts-authors"),
        (RUN_IT, "why", "1", "workbook compare list"),
        (RUN_IT, "whynew", "1.0", "more workbook"),
        (SERVES, "whynot", "0", "more"),
        (SERVES, "morning", "me", "on off"),
        # ---- who did what
        (ADMINS, "audit", f"{MAI}....0", "all more narrow sheet"),
        (ADMINS, "audit_by", f"{MAI}....0", "unit person day all"),
        # ---- drives
        (RUN_IT, "drive", "1", "aim end"),
        (RUN_IT, "drive_end", "1", "yes"),
        # ---- reminders
        (SERVES, "reminders", "0", "new more"),
        (RUN_IT, "reminders", "0", "b1 b2"),
        (RUN_IT, "reminder", "1", "cancel yes"),
        (RUN_IT, "cast", "2", "pause resume cancel"),
        (TELLS, "cast", "3", "missed m0 sheet"),
        (RUN_IT, "cast_end", "2", "yes"),
    )


IN_SHORT = {world.STRANGER, world.NOT_AGREED, *world.TAKEN}  # these press only the first choice of each row
DONE_AT_ONCE = {  # what leaves an entry in the audit there and then
    *(("request", key) for key in ("take", "done")),
    *(("group", key) for key in SETTINGS.split()[9:]),
    *(("preview", key) for key in ("time", "now", "posted", "skip", "leave")),
    *(("decided", key) for key in ("time", "now", "skip")),
    *((kind, "yes") for kind in ("role", "drive_end", "reminder", "cast_end")),
    *(("offer", "post"), ("offer", "leave"), ("cast", "pause"), ("untold_one", "told")),
}


def _refusals(code: str) -> frozenset[str]:
    keys = (
        "not_allowed audit.not_allowed drive.not_yours settings.gone preview.gone preview.none_today roles.gone"
        " broadcast.gone cast.none drive.none unsent.none untold.over talk.over typed.over join.gone"
    )
    texts = [say(key) for key in keys.split()]
    about: list[Say] = [say(f"mine.{key}", code=spoken(code)) for key in ("closed", "unknown")]
    return frozenset(TEXTS.render("vi", text) for text in (*texts, *about))


def wrong(conn: Connection) -> list[str]:
    bot, found = Bot(), list[str]()
    refusals = _refusals(conn.execute(select(initiative.c.code)).scalar_one())
    for row, kind, record, keys in table(conn):
        meant = dict(zip(world.COLUMNS, row.replace(" ", ""), strict=True))
        meant |= dict.fromkeys(world.TAKEN, meant[world.MEMBER])
        for key, (who, mark) in product(keys.split(), meant.items()):
            if key == keys.split()[0] or who not in IN_SHORT:
                pressed = bot.presses(conn, who, f"c:{kind}:{record}:1:{key}")
                how = f"{kind} {record} {key}"
                found += leaks(who, how, pressed)
                if _came_of(pressed, refusals) != mark.replace("o", "x"):
                    found.append(f"{how}: {who} {mark} but {pressed.said}")
                elif (kind, key) in DONE_AT_ONCE and bool(pressed.noted) != (mark == "x"):
                    found.append(f"{how}: {who} {mark} but {pressed.noted} entries in the audit")
    return found


def _came_of(pressed: Outcome, refusals: frozenset[str]) -> str:
    return "." if any(text in refusals for text in pressed.said) or not pressed.said else "x"


def test_nobody_gets_by_a_card_what_is_not_theirs(matrix: Store) -> None:
    assert matrix.write_now(wrong) == []


# ---------------------------------------------------------------- nothing is left out of the table


def _shape(kind: str, key: str) -> tuple[str, str]:
    return kind, re.sub(r"\d+", "N", key)


def walk(conn: Connection, bot: Bot, who: str) -> Iterator[tuple[str, Outcome]]:
    """Everything that is offered to somebody by a word, and what is offered then."""
    typed = {command: word for word, command in reversed(COMMANDS.items())}
    outcomes = [(word, bot.says(conn, who, word)) for word in (*typed.values(), "visao 0")]
    yield from outcomes
    left = [data for _, outcome in outcomes for data in outcome.choices]
    pressed, times = set[str](), Counter[str]()
    while left:
        data = left.pop()
        alike = re.sub(r"\d+", "N", data)  # of one kind of choice three are pressed
        if data in pressed or not data.startswith("c:") or times[alike] == 3:
            continue
        pressed.add(data)
        times[alike] += 1
        outcome = bot.presses(conn, who, data)
        yield data, outcome
        left += outcome.choices


def offered(conn: Connection) -> tuple[set[tuple[str, str]], set[str], list[str]]:
    """Shapes of the choices, the secrets that those who may see them saw, and what others saw of them."""
    bot, shapes, shown, leaked = Bot(), set[tuple[str, str]](), set[str](), list[str]()
    for who in ("owner", "officer of it", "support of it", world.AUTHOR, "officer beside", "admin of another campaign"):
        outcomes = list(walk(conn, bot, who))
        shown |= seen([outcome for _, outcome in outcomes])
        for how, outcome in outcomes:
            leaked += leaks(who, how, outcome)
            shapes |= {_shape(data.split(":")[1], data.split(":")[4]) for data in outcome.choices if data[:2] == "c:"}
    return shapes, shown, leaked


def test_every_choice_stands_in_the_table_and_every_secret_was_shown_to_somebody(matrix: Store) -> None:
    rows = matrix.read_now(table)
    known = {_shape(kind, key) for _, kind, _, keys in rows for key in keys.split()}
    shapes, shown, leaked = matrix.write_now(offered)
    assert {kind for _, kind, _, _ in rows} == set(cards._HANDLERS)
    assert {(kind, key) for kind, key in shapes if key != CLOSE.key} - known == set()
    assert set(SECRETS) - shown == set()
    assert leaked == []
