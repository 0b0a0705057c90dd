"""The tables a file may hold, their columns, and the headings people may write over them (Vietnamese or English)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from handlers.fold import fold

Value = str | int | bool | date | tuple[str, ...] | None
Key = tuple[Value, ...]


class Kind(StrEnum):
    """How a cell of a column is read (see `cells.read_cell`)."""

    CODE = "code"  # a unit's code: digits, at most 12
    NAME = "name"  # a short code of ours: letters, digits, - _ .
    TEXT = "text"
    TEXTS = "texts"  # several, parted by ; or line ends
    DATE = "date"
    COUNT = "count"  # whole, 0 or more
    NUMBER = "number"  # whole, 1 or more
    FLAG = "flag"
    CHOICE = "choice"  # one of the column's options


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a column of choices may have, and the words for it."""

    value: str
    vi: str
    en: str

    def word(self, language: str) -> str:
        return self.en if language == "en" else self.vi

    def is_meant(self, folded: str) -> bool:
        return folded in {fold(name) for name in (self.value, self.vi, self.en)}


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    kind: Kind
    vi: tuple[str, ...]  # accepted headings; the first is written in templates
    en: tuple[str, ...]
    required: bool = False
    limit: int = 200  # characters
    default: Value = None
    options: tuple[Option, ...] = ()

    def heading(self, language: str) -> str:
        return (self.en if language == "en" else self.vi)[0]

    def is_headed(self, folded: str) -> bool:
        return folded in {fold(name) for name in (self.key, *self.vi, *self.en)}

    def word(self, value: Value, language: str) -> Value:
        """As people write it: a choice by its word."""
        return next((option.word(language) for option in self.options if option.value == value), value)


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    vi: tuple[str, ...]  # accepted sheet names; the first is written in templates
    en: tuple[str, ...]
    columns: tuple[Column, ...]
    identity: tuple[str, ...]  # the columns that say which row it is
    required: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "required", frozenset(c.key for c in self.columns if c.required))

    def title(self, language: str) -> str:
        return (self.en if language == "en" else self.vi)[0]

    def is_named(self, folded: str) -> bool:
        return folded in {fold(name) for name in (self.key, *self.vi, *self.en)}

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)

    def column_headed(self, heading: str) -> Column | None:
        folded = fold(heading)
        return next((c for c in self.columns if c.is_headed(folded)), None)


def _of_campaign() -> Column:
    return Column("campaign", Kind.NAME, ("Mã chương trình", "Chương trình"), ("Campaign code", "Campaign"), True, 40)


def _invented() -> Column:
    return Column("invented", Kind.FLAG, ("Minh họa", "Số liệu minh họa"), ("Invented", "Made up"), default=False)


def _order() -> Column:
    return Column("official_order", Kind.COUNT, ("Thứ tự", "STT"), ("Order", "Official order", "No"), default=0)


UNITS = Table(
    "units",
    ("Đơn vị", "Danh sách đơn vị"),
    ("Units", "Unit"),
    (
        Column("code", Kind.CODE, ("Mã", "Mã đơn vị", "Mã số"), ("Code", "Unit code"), True, 12),
        Column("name", Kind.TEXT, ("Tên đơn vị", "Tên", "Tên đầy đủ"), ("Name", "Unit name", "Full name"), True),
        Column("short_name", Kind.TEXT, ("Tên ngắn", "Tên viết gọn", "Tên rút gọn"), ("Short name",), True, 18),
        Column("type", Kind.TEXT, ("Loại", "Loại đơn vị", "Loại hình"), ("Type", "Unit type"), True, 40),
        Column(
            "parent",
            Kind.CODE,
            ("Mã cấp trên", "Cấp trên", "Mã đơn vị cấp trên", "Đơn vị cấp trên"),
            ("Parent code", "Parent"),
            limit=12,
        ),
        _order(),
        Column("members", Kind.COUNT, ("Số đoàn viên", "Đoàn viên"), ("Members", "Member count")),
        Column("valid_from", Kind.DATE, ("Từ ngày", "Hiệu lực từ"), ("Valid from", "From")),
        Column("valid_to", Kind.DATE, ("Đến ngày", "Hiệu lực đến", "Hết ngày"), ("Valid to", "To")),
        Column(
            "successor",
            Kind.CODE,
            ("Mã kế thừa", "Kế thừa", "Đơn vị kế thừa"),
            ("Successor code", "Successor"),
            limit=12,
        ),
        Column(
            "cluster", Kind.TEXT, ("Cụm thi đua", "Cụm", "Khối thi đua"), ("Cluster", "Emulation cluster"), limit=80
        ),
        Column(
            "aliases", Kind.TEXTS, ("Tên gọi khác", "Tên khác", "Tên viết tắt"), ("Aliases", "Other names"), default=()
        ),
        _invented(),
    ),
    ("code",),
)

CAMPAIGNS = Table(
    "campaigns",
    ("Chương trình", "Danh sách chương trình"),
    ("Campaigns", "Campaign"),
    (
        Column("code", Kind.NAME, ("Mã", "Mã chương trình"), ("Code", "Campaign code"), True, 40),
        Column("name", Kind.TEXT, ("Tên chương trình", "Tên"), ("Name", "Campaign name"), True),
        Column("unit", Kind.CODE, ("Mã đơn vị", "Đơn vị chủ trì", "Đơn vị"), ("Unit code", "Unit", "Run by"), True, 12),
        Column("opens", Kind.DATE, ("Ngày mở", "Mở nhận"), ("Opens", "Opens on"), True),
        Column("closes", Kind.DATE, ("Ngày đóng", "Hạn cuối"), ("Closes", "Closes on"), True),
        Column("applied_from", Kind.DATE, ("Áp dụng từ",), ("Applied from",), True),
        Column("applied_to", Kind.DATE, ("Áp dụng đến",), ("Applied to",), True),
        Column("timezone", Kind.TEXT, ("Múi giờ",), ("Time zone", "Timezone"), limit=40, default="Asia/Ho_Chi_Minh"),
        Column(
            "ranked_by",
            Kind.CHOICE,
            ("Xếp hạng theo", "Tính theo"),
            ("Ranked by",),
            default="filed",
            options=(
                Option("filed", "lượt nộp", "filings"),
                Option("valid", "hợp lệ", "valid"),
                Option("authors", "tác giả", "authors"),
            ),
        ),
        Column(
            "counts_from",
            Kind.CHOICE,
            ("Đếm số của", "Nguồn số liệu"),
            ("Counts from",),
            default="bot",
            options=(
                Option("bot", "bot", "the bot"),
                Option("portal", "cổng", "portal"),
                Option("both", "cả hai", "both"),
            ),
        ),
    ),
    ("code",),
)

PHASES = Table(
    "phases",
    ("Giai đoạn", "Danh sách giai đoạn"),
    ("Phases", "Phase"),
    (
        _of_campaign(),
        Column("code", Kind.NAME, ("Mã giai đoạn", "Mã"), ("Phase code", "Code"), True, 40),
        Column("name", Kind.TEXT, ("Tên giai đoạn", "Tên"), ("Phase name", "Name"), True, 120),
        Column("starts", Kind.DATE, ("Bắt đầu", "Ngày bắt đầu"), ("Starts", "Start"), True),
        Column("ends", Kind.DATE, ("Kết thúc", "Ngày kết thúc"), ("Ends", "End"), True),
    ),
    ("campaign", "code"),
)

FIELDS = Table(
    "fields",
    ("Lĩnh vực", "Danh sách lĩnh vực"),
    ("Fields", "Fields of activity"),
    (
        _of_campaign(),
        Column("code", Kind.NAME, ("Mã lĩnh vực", "Mã"), ("Field code", "Code"), True, 40),
        Column("name", Kind.TEXT, ("Tên lĩnh vực", "Tên"), ("Field name", "Name"), True, 120),
        _order(),
    ),
    ("campaign", "code"),
)

GROUPS = Table(
    "groups",
    ("Nhóm đối tượng", "Nhóm tác giả"),
    ("Groups", "Author groups"),
    (
        _of_campaign(),
        Column("code", Kind.NAME, ("Mã nhóm", "Mã"), ("Group code", "Code"), True, 40),
        Column("name", Kind.TEXT, ("Tên nhóm", "Tên"), ("Group name", "Name"), True, 120),
        _order(),
        Column("unit_types", Kind.TEXTS, ("Các loại đơn vị", "Loại đơn vị"), ("Unit types",), limit=40, default=()),
    ),
    ("campaign", "code"),
)

TARGETS = Table(
    "targets",
    ("Chỉ tiêu", "Danh sách chỉ tiêu"),
    ("Targets", "Target"),
    (
        Column("unit", Kind.CODE, ("Mã đơn vị", "Đơn vị"), ("Unit code", "Unit"), True, 12),
        _of_campaign(),
        Column("phase", Kind.NAME, ("Mã giai đoạn", "Giai đoạn"), ("Phase code", "Phase"), limit=40),
        Column("set_by", Kind.TEXT, ("Nơi giao", "Đơn vị giao", "Ai giao"), ("Set by",), True, 120),
        Column("valid_from", Kind.DATE, ("Từ ngày", "Ngày giao", "Hiệu lực từ"), ("Valid from", "From"), True),
        Column(
            "measure",
            Kind.CHOICE,
            ("Loại chỉ tiêu", "Đo bằng"),
            ("Measure", "Kind of target"),
            default="count",
            options=(
                Option("count", "số lượng", "count"),
                Option("participation", "tỷ lệ đoàn viên", "participation"),
            ),
        ),
        Column("number", Kind.NUMBER, ("Chỉ tiêu", "Số lượng"), ("Target", "Number"), True),
        _invented(),
    ),
    ("unit", "campaign", "phase", "set_by", "valid_from", "measure"),
)

TABLES = (UNITS, CAMPAIGNS, PHASES, FIELDS, GROUPS, TARGETS)  # in the order in which they need each other
GUIDES = ("Hướng dẫn", "Guide", "Instructions", "Ghi chú", "Notes")  # sheets that import leaves alone

# Types are free text; these are known without a warning. Others that are in use already are known too.
KNOWN_TYPES = (
    "LĐLĐ thành phố",
    "LĐLĐ tỉnh",
    "LĐLĐ cấp huyện",
    "CĐ ngành",
    "CĐ tổng công ty",
    "CĐ khu công nghiệp",
    "CĐ xã, phường",
    "CĐCS doanh nghiệp",
    "CĐCS sự nghiệp",
    "CĐCS cơ quan",
    "CĐCS hợp tác xã",
    "Nghiệp đoàn",
    "Tổ công đoàn",
)


def table_named(name: str) -> Table | None:
    folded = fold(name)
    return next((t for t in TABLES if t.is_named(folded)), None)


def table_by_key(key: str) -> Table:
    return next(t for t in TABLES if t.key == key)
