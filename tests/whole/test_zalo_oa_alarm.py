"""What the owner is told of the Official Account without having asked."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

from bot.app import App
from bot.config import Settings
from models.store import Store
from scheduler.clock import system_clock
from tests.bot.office import add_person
from tests.lines import zalo_bot
from tests.lines.zalo_oa import NUMBERS, by_webhook
from tests.whole.house import until

LAN, HOA = NUMBERS["lan"], NUMBERS["hoa"]


async def test_a_wrong_key_is_told_to_the_owner_once_by_another_channel(registry_file: Path, tmp_path: Path) -> None:
    """All that Zalo brings is refused: whoever writes to the account is ignored."""
    url = f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}"
    async with by_webhook() as line, zalo_bot.by_polling() as other:
        store = Store.open(url)
        store.write_now(add_person, "an", "An", role="owner", channel="zalo_bot")
        store.close()
        other.server.met[other.server.user("an", "An")] = None
        wrong = {"database_url": url, "media_dir": tmp_path / "media", "zalo_oa_secret": "the-key-of-another-account"}
        settings = Settings(_env_file=None, **dict(other.settings()) | dict(line.settings()) | wrong)
        async with App(settings) as running:
            await line.opened(running)
            line.server.say(LAN, "sk 4827")
            (told,) = await other.server.wait_sent("an", 1)
            refused = len(line.server.events.answers)
            await until(lambda: len(line.server.events.answers) > refused + 3)
        assert len(other.server.sent("an")) == 1
    assert "SANGKIEN_ZALO_OA_SECRET" in told["text"]


async def test_a_group_package_that_ends_soon_is_told_to_the_owner(registry_file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copyfile(registry_file, tmp_path / 'whole.db')}"
    async with by_webhook() as line:
        store = Store.open(url)
        store.write_now(add_person, HOA, "Hoa", role="owner", channel="zalo_oa")
        line.connect(store)
        store.close()
        line.server.follow(HOA)
        line.server.asset("gmf-1", valid_through=f"{system_clock() + timedelta(days=5):%d/%m/%Y}")
        line.server.asset("gmf-2", valid_through="20/11/2099")
        settings = {"database_url": url, "media_dir": tmp_path / "media"}
        async with App(Settings(_env_file=None, **settings | dict(line.settings()))):
            (told,) = await line.server.wait_sent(HOA, 1)
    assert "Gói nhóm gmf50 của Zalo OA hết hạn ngày" in told["text"]
