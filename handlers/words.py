"""The words people type, as they are matched: without accents, case, slash or blanks (`Kết quả` = `ketqua`)."""

from __future__ import annotations

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

COMMANDS = {  # word -> command; only as the whole message (`sk`, `ma`, `gannhom`, `gio` may be followed by more)
    "sk": "file",
    "nop": "file",
    "sangkien": "file",
    "nopho": "behalf",
    "xem": "mine",
    "them": "details",
    "giup": "help",
    "help": "help",
    "trogiup": "help",
    "ketqua": "board",
    "bantin": "notice",
    "dang": "post",
    "dangtin": "post",
    "gannhom": "link",
    "gio": "hour",
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
    "start": "start",
}
WITH_MORE = frozenset({"sk", "nop", "ma", "gannhom", "gio", "start", "dongy"})


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    rest: str = ""  # what follows the word, as typed


def squeezed(text: str) -> str:
    """`Bản tin` -> `bantin`."""
    return fold(text).replace(" ", "")


def command(text: str) -> Command | None:
    """The command a whole message is, or None. `/ketqua`, `Kết quả` and `KETQUA` are one; `sk 4827` carries a rest."""
    bare = text.strip().lstrip("/")
    whole = COMMANDS.get(squeezed(bare))
    if whole:
        return Command(whole)
    first, _, rest = bare.partition(" ")
    word = squeezed(first)
    if word in WITH_MORE and word in COMMANDS and rest.strip():
        return Command(COMMANDS[word], rest.strip())
    return None
