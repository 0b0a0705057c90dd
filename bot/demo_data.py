"""What the demo shows: the sample's people, groups and words to try."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy import Connection

from bot.channels import Rejected
from bot.channels.text import lay_out
from bot.channels.webchat import WebChat
from bot.directory import ZONE
from bot.lane import Prepare
from bot.web.cast import Cast, Group, Player
from models.queries import history, readiness
from models.store import Store

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
        Group("nhom-can-bo", "Nhóm cán bộ", "15 chủ tịch CĐCS – Nam Từ Liêm", ("KETQUA",), ("DANG", "GIO 17:00")),
        Group("nhom-doan-vien", "Nhóm đoàn viên", "Đoàn viên Nam Từ Liêm", ("KETQUA",), ("DANG",)),
    ),
)
GROUP_KEPT = 30  # messages of a group that are shown again after a restart
PRIVATE_KEPT = 1  # in private only what was said last: a person's own words are not kept to be shown


async def load_once(store: Store, now: datetime) -> None:
    """Fill an empty demo database; one that was filled before stays as it is."""
    if not await store.read(readiness.has_sample):
        await store.write(_load, now)


def _load(conn: Connection, now: datetime) -> None:
    from bot.registry.sample import NotEmpty, load_sample  # slow to import, and needed once

    try:
        load_sample(conn, now.astimezone(ZONE).date(), now)
    except NotEmpty:
        return


async def recall(store: Store, webchat: WebChat, prepare: Prepare) -> None:
    """Show in the web chat's feeds what was said before a restart."""
    kept = dict.fromkeys((group.chat for group in CAST.groups), GROUP_KEPT)
    kept |= dict.fromkeys((player.account for player in CAST.players), PRIVATE_KEPT)
    for chat, limit in kept.items():
        for told in await store.read(history.last_told, webchat.capabilities.name, chat, limit):
            message = lay_out(told.payload, webchat.capabilities, chat)
            with suppress(Rejected):  # a picture that cannot be drawn again is left out
                await webchat.recall(await prepare(message), told.external_id, told.at)
