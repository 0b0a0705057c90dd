"""Every word, typed by everybody: told that it is not theirs, or answered with nothing that is not for their eyes."""

from __future__ import annotations

from sqlalchemy import Connection

from handlers.talk import say
from handlers.words import COMMANDS
from models.store import Store
from tests.rights.house import TEXTS, Bot, Outcome
from tests.rights.secrets import leaks
from tests.rights.world import CODES, EVERYBODY, marks

ALL = "xxxx xxxx xxxxxx xxxx x"
HELPS = ".... xxxx xxxxxx xxxx x"  # whoever helps anywhere
SERVES = ".... .... xxxxxx xxxx x"  # officers and above, anywhere
#                       stranger, has not agreed, worker, author
#                       |    support of it, above, below, beside
#                       |    |    officer of it, above, below, beside, of its cluster, of another cluster
#                       |    |    |      admin of all campaigns, this, another, the tree beside
#                       |    |    |      |    owner
IN_PRIVATE = {
    # ---- words of everybody (conversation.md §6)
    "sk": ALL,
    "sk 4827": ALL,
    "nopho": ALL,
    "xem": ALL,
    "them": ALL,
    "giup": ALL,
    "ketqua": ALL,
    "bantin": ALL,
    "inbangtin": ALL,
    "phatthanh": ALL,
    "gio 9h": ALL,
    "ngonngu": ALL,
    "vi": ALL,
    "en": ALL,
    "dulieu": ALL,
    "suathongtin": ALL,
    "xoadulieu": ALL,
    "rutdongy": ALL,
    "tatnhac": ALL,
    "batnhac": ALL,
    f"ma {CODES['role']}": ALL,
    "noitk": ALL,
    f"noitk {CODES['join']}": ALL,
    "start 4827": ALL,
    # ---- of those who help
    "yeucau": HELPS,
    "canbao": HELPS,
    # ---- of those who serve a unit
    "socong": SERVES,
    "socong 12h\nTổ may 2\t5": SERVES,
    "themdong": SERVES,
    "themdong Hạng 3, theo Cổng": SERVES,
    "duyet": SERVES,
    "dang": SERVES,
    "chuagui": SERVES,
    "gannhom": SERVES,
    "caidat": SERVES,
    "caodiem": SERVES,
    "nhac": SERVES,
    "visao": SERVES,
    "visao 0": SERVES,
    "visao May Sao Mai": SERVES,
    "chitiet": SERVES,
    "excel": SERVES,
    "inmaqr": SERVES,
    "tomtat": SERVES,
    "moi": SERVES,
    "canbo": SERVES,
    # ---- of those who run campaigns
    "nhatky": ".... .... ...... xxxx x",
    # ---- about this unit
    "caodiem 4827": ".... .... xx..x. xxx. x",
}
IN_ITS_GROUP = {  # a group of May Sao Mai that has chosen the campaign
    "ketqua": ALL,
    "bantin": ALL,
    "giup": ALL,
    "dang": ".... .... xx..x. xx.. x",
    "gio 9h": ".... .... xx..x. xx.. x",
    "caidat": ".... .... xx..x. xx.. x",
    "duyet": ".... .... xx..x. xx.. x",
    "nhac": ".... .... xx..x. xx.. x",
    "vi": ".... .... xx..x. xx.. x",
    "en": ".... .... xx..x. xx.. x",
    "visao": ".... .... xx..x. xx.. x",  # from others it is ordinary talk, which is left alone
}
GROUP = "-1"
NOT_YOURS = frozenset(TEXTS.render("vi", say(key)) for key in ("not_allowed", "audit.not_allowed", "drive.not_yours"))


def test_every_word_stands_in_the_table() -> None:
    typed = {COMMANDS[text.split()[0]] for text in IN_PRIVATE}
    assert typed == set(COMMANDS.values())


def refused(outcome: Outcome) -> bool:
    return not outcome.said or any(text in NOT_YOURS for text in outcome.said)


def wrong(conn: Connection) -> list[str]:
    bot, found = Bot(), list[str]()
    for table, chat in ((IN_PRIVATE, ""), (IN_ITS_GROUP, GROUP)):
        for words, row in table.items():
            for who, may in marks(row).items():
                heard = bot.says(conn, who, words, chat)
                how = f"{words!r} in {'the group' if chat else 'private'}"
                found += [] if chat else leaks(who, how, heard)
                if refused(heard) == may:
                    found.append(f"{how}: {who} {'may not' if may else 'may'}: {heard.said}")
    return found


def test_nobody_gets_by_a_word_what_is_not_theirs(matrix: Store) -> None:
    assert matrix.write_now(wrong) == []


def silent(conn: Connection) -> list[str]:
    """All other words in a group are left alone, or lead to the private chat, for everybody alike."""
    bot, found = Bot(), list[str]()
    others = [text for text in IN_PRIVATE if text.split()[0] not in {known.split()[0] for known in IN_ITS_GROUP}]
    for words in others:
        heard = {bot.says(conn, who, words, GROUP).said for who in EVERYBODY}
        found += [] if len(heard) == 1 else [f"{words!r} in the group: {heard}"]
    return found


def test_in_a_group_nobodys_role_shows_by_other_words(matrix: Store) -> None:
    assert matrix.write_now(silent) == []
