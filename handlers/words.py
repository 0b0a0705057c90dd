"""The words people type, as they are matched: without accents, case, slash or blanks (`Kết quả` = `ketqua`)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.fold import fold

LEAVE = frozenset({"0", "huy", "thoi", "cancel", "stop"})
BACK = frozenset({"lui", "quaylai", "back"})
YES = frozenset(
    "1 ok oke okie okay u uh uhm um dc duoc dongy y yes co vang da vag nhattri dung roi dr agree".split()  # noqa: SIM905
)
NO = frozenset(["0", "khong", "ko", "k", "kg", "no", "khongdongy", "kodongy"])
UNKNOWN = frozenset({"chuaro", "chuabiet", "khongro", "khongbiet", "unknown"})
THANKS = frozenset(["camon", "camonbot", "camonnhe", "camonnhieu", "thanks", "thankyou", "ty", "thanksbot"])
SKIP = frozenset({"boqua", "khongco", "khong", "ko", "skip", "none"})

COMMANDS = {  # word -> command; only as the whole message, except `WITH_MORE`
    "sk": "file",
    "nop": "file",
    "sangkien": "file",
    "nopho": "behalf",
    "xem": "mine",
    "them": "details",
    "giup": "help",
    "help": "help",
    "trogiup": "help",
    "yeucau": "requests",
    "requests": "requests",
    "chuagui": "unsent",
    "baotructiep": "untold",
    "canbao": "untold",  # one letter from CANBO: understood, and no longer told
    "ketqua": "board",
    "bantin": "notice",
    "inbangtin": "bulletin",
    "phatthanh": "loudspeaker",
    "inmaqr": "posters",
    "toroi": "posters",
    "excel": "workbook",
    "chitiet": "detail",
    "details": "detail",
    "themdong": "line",
    "socong": "portal",
    "dang": "post",
    "tomtat": "morning",
    "dangtin": "post",
    "visao": "why",
    "why": "why",
    "gannhom": "link",
    "nhac": "remind",
    "tatnhac": "no_reminders",
    "batnhac": "reminders",
    "caodiem": "drive",
    "moi": "give",
    "canbo": "roles",
    "nhatky": "audit",
    "audit": "audit",
    "gio": "hour",
    "caidat": "settings",
    "duyet": "preview",
    "ngonngu": "language",
    "language": "language",
    "vi": "vi",
    "en": "en",
    "tiengviet": "vi",
    "tienganh": "en",
    "english": "en",
    "dulieu": "data",
    "suathongtin": "correct",
    "xoadulieu": "erase",
    "rutdongy": "unconsent",
    "ma": "invite",
    "noitk": "join",
    "start": "start",
}
WITH_MORE = {  # words that may be followed by more, and what that must be, folded: "mã vạch" is no code
    "sk": re.compile(r".*"),
    "nop": re.compile(r".*"),
    "themdong": re.compile(r".*"),
    "socong": re.compile(
        r"(?!nhan |trinh |doan |viec |nghe )(?:.*[0-9].*|(?:trong )?ngay)"
    ),  # a time, rows with numbers
    "gannhom": re.compile(r".*"),
    "visao": re.compile(r"(?=.*[0-9]).{1,40}|.{1,25}"),  # a number or a unit's name, and no whole sentence
    "why": re.compile(r"(?=.*[0-9]).{1,40}|.{1,25}"),
    "caodiem": re.compile(r"[0-9]{1,12}"),
    "ma": re.compile(r"[a-z0-9]{6,12}|(?=.*[0-9])[a-z0-9]{4} [a-z0-9]{4}"),
    "noitk": re.compile(r"[a-z0-9]{6,12}|[a-z0-9]{4} [a-z0-9]{4}"),
    "gio": re.compile(r"[0-9]{1,2} ?(h|g|gio)? ?([0-9]{1,2})? ?(p|phut)?"),
    "start": re.compile(r"[0-9]+|ma [a-z0-9]+"),
}
TWO_WORDS = frozenset({"visao", "gannhom", "socong"})  # also understood as two words, with more behind them
OTHER_WORDS = frozenset(  # alike only without accents
    {"đang", "mà", "má", "ví", "vì", "gió", "đảng", "đáng", "mọi", "mỗi", "mồi", "môi", "mối", "mới", "cần bỏ"}
)


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    rest: str = ""  # what follows the word, as typed
    word: str = ""  # the word itself, folded, where something follows it


def squeezed(text: str) -> str:
    """`Bản tin` -> `bantin`."""
    return fold(text).replace(" ", "")


def command(text: str) -> Command | None:
    """The command a whole message is, or None. `/ketqua`, `Kết quả` and `KETQUA` are one; `sk 4827` carries a rest."""
    bare = text.strip().lstrip("/").strip()
    if not bare:
        return None
    whole = COMMANDS.get(squeezed(bare))
    if whole and bare.lower() not in OTHER_WORDS:
        return Command(whole)
    return _with_more(bare, 1) or _with_more(bare, 2)


def _with_more(text: str, words: int) -> Command | None:
    """A command of one or two words with what belongs behind it."""
    parts = text.split(maxsplit=words)
    word = squeezed("".join(parts[:words]))
    if len(parts) <= words or word not in (WITH_MORE if words == 1 else TWO_WORDS):
        return None
    return Command(COMMANDS[word], parts[-1], word) if WITH_MORE[word].fullmatch(fold(parts[-1])) else None
