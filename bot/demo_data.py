"""What the demo shows: the sample's people, groups and words to try."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.registry.sample import NotEmpty, load_sample
from bot.web.cast import Cast, Group, Player
from models.store import Store

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CONTROLLER = "LĐLĐ quận Nam Từ Liêm (dữ liệu mẫu)"
SUPPORT = "chị Hoa, Tổ hỗ trợ sáng kiến"
CAST = Cast(
    players=(
        Player("lan", "Lan", "worker", "May Sao Mai", ("SK 4827", "GIUP")),
        Player("minh", "Minh", "worker", "May Sao Mai", ("SK", "XEM")),
        Player("hoa", "Hoa", "officer", "Nam Từ Liêm", ("DANG", "KETQUA", "GANNHOM")),
        Player("an", "An", "admin", "", ("KETQUA", "GIUP")),
    ),
    groups=(
        Group("nhom-can-bo", "Nhóm cán bộ", "15 chủ tịch CĐCS – Nam Từ Liêm", ("DANG", "KETQUA", "GIO 17:00")),
        Group("nhom-doan-vien", "Nhóm đoàn viên", "Đoàn viên Nam Từ Liêm", ("BANTIN", "KETQUA")),
    ),
)


async def load_once(store: Store, now: datetime) -> None:
    """Fill an empty demo database; one that was filled before stays as it is."""
    await store.write(_load, now)


def _load(conn: Connection, now: datetime) -> None:
    try:
        load_sample(conn, now.astimezone(ZONE).date(), now)
    except NotEmpty:
        return
