"""A small house around the web routes: a scripted bot behind them, on a real server on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels import Button, Incoming, Outgoing
from bot.channels.webchat import WebChat
from bot.web.cast import Cast, Group, Player
from bot.web.health import add_health
from bot.web.pages import Pages, Rights
from bot.web.routes import add_rights, add_webchat
from bot.web.shell import add_shell
from handlers.talk import Pressed, Said, Sent
from handlers.texts import Texts

CAST = Cast(
    players=(
        Player("lan", "Lan", "worker", "May Sao Mai", ("SK 4827", "XEM", "KETQUA")),
        Player("minh", "Minh", "worker", "Điện Sao Việt", ("SK 4830",)),
        Player("hoa", "Hoa", "officer", "Công đoàn phường Từ Liêm", ("BANTIN", "KETQUA")),
        Player("an", "An", "admin"),
    ),
    groups=(
        Group("nhom-can-bo", "Nhóm cán bộ", "15 chủ tịch công đoàn cơ sở", ("KETQUA",)),
        Group("nhom-doan-vien", "Nhóm đoàn viên", "Công ty May Sao Mai"),
    ),
)
RIGHTS = Rights("Công đoàn phường Từ Liêm", "chị Hoa, 024 3333 4444", "Tổ hỗ trợ sáng kiến", 30)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

NOTICE = """CÔNG ĐOÀN PHƯỜNG TỪ LIÊM
Kết quả sáng kiến thứ Sáu 20/11/2026
(lượt nộp lũy kế trên Cổng, lúc 16h30)

Tổng: 1.015, tăng 38 so với bản tin hôm qua (40 mới, điều chỉnh giảm 2)
Đạt 78,1% chỉ tiêu năm 1.300 do LĐLĐ Thành phố giao. Còn 285, còn 41 ngày.

Đơn vị: số lượt (tăng) – % chỉ tiêu
1. BV Từ Liêm: 132 (+4) – 120,0%
2. THPT Xuân Phương: 84 (+2) – 112,0%
3. Điện Sao Việt: 203 (+9) – 101,5%
4. Tiểu học Mỹ Đình: 76 (+1) – 95,0%
4. Mầm non Hoa Mai: 57 (0) – 95,0%
6. Cơ khí An Phát: 76 (+5) – 84,4%
7. May Sao Mai: 118 (+8) – 78,7%
8. THCS Cầu Diễn: 69 (−2*) – 76,7%
HTX Phú Đô: 12 (+1) – chưa giao chỉ tiêu
Chưa có lượt nộp: Bảo vệ Thăng Long
* Cổng loại 2 lượt trùng ngày 19/11.

Nhiều lượt nhất: Điện Sao Việt 203, BV Từ Liêm 132, May Sao Mai 118. Hoàn thành chỉ tiêu: 3/14 đơn vị.
Hỗ trợ: chị Hoa, Tổ hỗ trợ sáng kiến. Nộp: nhắn SK và mã đơn vị cho Bot Sáng kiến."""

CONSENT = (
    "Chào anh/chị, đây là Bot Sáng kiến của Công đoàn phường Từ Liêm. Đơn vị: Công ty May Sao Mai "
    "(sai thì nhắn tên công ty).\nCông đoàn xin lưu: họ tên, đơn vị, tài khoản, nội dung sáng kiến – để xét công nhận "
    "và thống kê. Anh/chị xem, sửa, xóa, rút lại lúc nào cũng được: http://127.0.0.1/dl"
)
TITLE = "Anh/chị đã cải tiến việc gì? Viết 1 câu, không dấu cũng được. (vd: lam cu ga de may tui nhanh hon)"


def row(*labels: str) -> tuple[Button, ...]:
    return tuple(Button(label, f"q:1:{label.split('.')[0]}") for label in labels)


SCRIPT: Mapping[str, Outgoing] = {
    "sk 4827": Outgoing("", CONSENT, (row("1. Đồng ý", "0. Không"),)),
    "1. Đồng ý": Outgoing("", "Họ và tên của anh/chị?"),
    "tran thi lan": Outgoing("", TITLE),
    "khi nao": Outgoing(
        "",
        "Bắt đầu làm cách mới từ khi nào?",
        (
            row("1. Tuần này", "2. Tháng này", "3. Tháng trước"),
            row("4. Lâu hơn (gõ tháng, vd 9/2026)", "5. Chưa làm thử"),
        ),
    ),
    "bantin": Outgoing("nhom-can-bo", NOTICE),
    "ketqua": Outgoing("", "Tổng 1.015 lượt, đạt 78,1% chỉ tiêu năm 1.300."),
}


@dataclass
class ScriptedBot:
    """Answers from the script, else with the words it was told; remembers what came in, each update once."""

    webchat: WebChat
    updates: list[Incoming] = field(default_factory=list)
    failures: int = 0  # how many of the next updates fail
    errors: tuple[str, ...] = ("no room left",)

    async def deliver(self, incoming: Incoming) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError(*self.errors)
        if any(known.external_id == incoming.external_id for known in self.updates):
            return
        self.updates.append(incoming)
        for message in self.answers(incoming):
            await self.webchat.send(message)

    def answers(self, incoming: Incoming) -> list[Outgoing]:
        event = incoming.event
        if isinstance(event, Sent):
            return [Outgoing(incoming.chat, f"Đã nhận {event.media.kind}: {event.media.name}")]
        said = event.text if isinstance(event, Said) else ""
        if isinstance(event, Pressed):
            said = self.webchat.label(incoming.chat, event.data)
        found = SCRIPT.get(said.lower(), SCRIPT.get(said))
        if found is not None:
            return [Outgoing(found.chat or incoming.chat, found.text, found.buttons)]
        return [] if incoming.is_group else [Outgoing(incoming.chat, f"Bot nghe: {said}")]


@dataclass
class House:
    """The running server and what stands behind it."""

    url: str
    port: int
    uploads: Path
    webchat: WebChat
    bot: ScriptedBot
    checks: dict[str, bool]


def clock() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def house(folder: Path, port: int = 0) -> AsyncIterator[House]:
    """A server with all web routes; with the port of an earlier one it is that one, restarted."""
    webchat = WebChat(folder, clock)
    bot = ScriptedBot(webchat)
    checks = {"database": True, "outbox": True}
    runner = web.AppRunner(_app(webchat, bot, checks))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    bound = int(runner.addresses[0][1])
    try:
        yield House(f"http://127.0.0.1:{bound}", bound, folder, webchat, bot, checks)
    finally:
        await runner.cleanup()


def _app(webchat: WebChat, bot: ScriptedBot, checks: dict[str, bool]) -> web.Application:
    async def ready() -> Mapping[str, bool]:
        return checks

    async def broken(_request: web.Request) -> web.Response:
        raise RuntimeError("lam cu ga may tui ao")

    app, pages = web.Application(), Pages(Texts.load())
    add_shell(app, pages)
    add_health(app, ready)
    add_rights(app, pages, RIGHTS)
    add_webchat(app, pages, webchat=webchat, cast=CAST, deliver=bot.deliver, zone=ZONE)
    app.router.add_get("/broken", broken)
    return app
