"""The people of the bench: what each of them types, as the JSON bytes that Telegram would deliver.

A filing is `/sk` and seven answers: consent, name, unit code, title, description, began, confirm. Every filing is by
another person, so that each contestant asks all seven questions every time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

QUESTIONS = 7
UPDATES = QUESTIONS + 1
FIRST_CHAT = 700_000_000
UNIT_CODES = tuple(str(4801 + n) for n in range(50))

AGREE, THIS_MONTH, FILE = "1", "2", "1"

_FAMILY = ("Trần Thị", "Nguyễn Văn", "Lê Thị", "Phạm Văn", "Hoàng Thị", "Đỗ Văn", "Vũ Thị")
_GIVEN = ("Lan", "Minh", "Hoa", "An", "Dung", "Hùng", "Mai", "Sơn", "Thảo", "Tú", "Vân")
_DID = ("Làm cữ gá", "Đặt hộp chia", "Dán màu phân loại", "Lắp thanh chặn", "Sửa bàn máy", "Đổi cách xếp", "Treo bảng")
_THING = ("may túi áo", "thùng chỉ", "khay linh kiện", "xe chở hàng", "giá để khuôn", "máy cắt nhãn", "kệ hồ sơ")
_GAIN = ("nhanh hơn 10 giây mỗi áo", "ít phải tháo ra làm lại", "không phải vẽ phấn", "đỡ một người bê", "bớt lỗi")


@dataclass(frozen=True, slots=True)
class Person:
    """One worker who files once. `chat` is also the Telegram user id."""

    number: int

    @property
    def chat(self) -> int:
        return FIRST_CHAT + self.number

    @property
    def name(self) -> str:
        return f"{_of(_FAMILY, self.number)} {_of(_GIVEN, self.number // 7)}"

    @property
    def unit(self) -> str:
        return _of(UNIT_CODES, self.number)

    @property
    def title(self) -> str:
        n = self.number
        return f"{_of(_DID, n)} {_of(_THING, n // 7)} ở chuyền {n % 89 + 1}, {_of(_GAIN, n // 11)}"

    @property
    def body(self) -> str:
        n = self.number
        return (
            f"Trước đây phải làm tay từng cái, hay lệch. Giờ {_of(_DID, n // 3).lower()} {_of(_THING, n)} nên làm "
            f"một lần là được, {_of(_GAIN, n)}, cả tổ {n % 23 + 3} người dùng."
        )

    def texts(self) -> tuple[str, ...]:
        """What this person types, in order."""
        return ("/sk", AGREE, self.name, self.unit, self.title, self.body, THIS_MONTH, FILE)

    def updates(self) -> list[bytes]:
        """The same as update JSON; ids are unique over all people of a run."""
        first = self.number * UPDATES + 1
        return [self._update(first + place, text) for place, text in enumerate(self.texts())]

    def _update(self, number: int, text: str) -> bytes:
        given = self.name.rsplit(" ", 1)[-1]
        message = {
            "message_id": number,
            "date": 1_790_000_000 + number,
            "chat": {"id": self.chat, "type": "private", "first_name": given},
            "from": {"id": self.chat, "is_bot": False, "first_name": given, "language_code": "vi"},
            "text": text,
        }
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return json.dumps({"update_id": number, "message": message}, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Record:
    """A filing as a contestant has stored it. `began` is the month (YYYY-MM)."""

    chat: int
    name: str
    unit: str
    title: str
    body: str
    began: str


def today() -> date:
    """The day in Việt Nam, which "this month" is about."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()


def expected(person: Person) -> Record:
    """What must be stored after `person` has filed today."""
    return Record(person.chat, person.name, person.unit, person.title, person.body, f"{today():%Y-%m}")


def _of(words: tuple[str, ...], number: int) -> str:
    return words[number % len(words)]
