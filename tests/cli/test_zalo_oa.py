"""`sangkien zalo …` for the Official Account: the first consent, how it stands, its groups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, insert, select, update

from bot.cli import words
from bot.cli.main import main
from bot.registry.sample import load_sample
from bot.zalo_oa_connect import consent
from models.chat import chat
from models.person import account, person
from models.queries import secrets
from models.queries.secrets import Kept
from models.store import Store
from models.unit import unit
from scheduler.clock import system_clock
from tests.servers.zalo_oa import ZaloOaServer

AN = "246800000000000009"


class Shell:
    """A server's command line next to the played platform."""

    def __init__(self, server: ZaloOaServer, url: str) -> None:
        self.server = server
        self.row = f"zalo_oa:{server.oa_id}"
        self.store = Store.open(url)

    async def run(self, *args: str, typed: str = "") -> Result:
        return await asyncio.to_thread(CliRunner().invoke, main, ["zalo", *args], input=typed, catch_exceptions=False)

    async def connect(self, **asked: str) -> Result:
        """An opens the link, agrees, and pastes where his browser ended."""
        kept = self.store.write_now(consent)
        code = self.server.grants.consent(kept.challenge)
        given = {"oa_id": self.server.oa_id, "code": code, "state": kept.state, **asked}
        address = "https://vd.vn/?" + "&".join(f"{name}={value}" for name, value in given.items())
        return await self.run("connect", typed=f"{address}\n")

    @property
    def kept(self) -> Kept:
        kept = self.store.read_now(secrets.read, self.row)
        assert kept is not None
        return kept


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        yield server


@pytest.fixture
async def shell(server: ZaloOaServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shell]:
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "ZALO_OA_ID": server.oa_id,
        "ZALO_OA_APP_ID": server.app_id,
        "ZALO_OA_APP_SECRET": server.app_secret,
        "ZALO_OA_API_URL": server.url,
        "ZALO_OA_OAUTH_URL": server.url,
        "ZALO_OA_CALLBACK": "https://vd.vn/",
    }.items():
        monkeypatch.setenv(f"SANGKIEN_{name}", value)
    words.language.cache_clear()
    shell = Shell(server, sqlite_url)
    shell.store.write_now(load_sample, date(2026, 11, 20), datetime(2026, 11, 20, 1, tzinfo=UTC))
    yield shell
    shell.store.close()


# ------------------------------------------------------------ the first consent


async def test_the_first_consent_step_by_step(shell: Shell) -> None:
    assert "chưa kết nối" in (await shell.run("status")).output
    told = await shell.connect()
    assert told.exit_code == 0, told.output
    kept = shell.store.write_now(consent)
    assert len(kept.verifier) == 43
    for part in (f"Code challenge: {kept.challenge}", f"app_id={shell.server.app_id}", "Công đoàn Từ Liêm"):
        assert part in told.output
    assert (shell.kept.pair.access, shell.kept.pair.refresh) == (
        shell.server.grants.access,
        shell.server.grants.refresh,
    )
    assert "of-nobody" not in told.output
    status = (await shell.run("status")).output
    assert "gói Nâng cao" in status
    assert "of-nobody" not in status


async def test_what_is_pasted_wrongly_is_said_and_asked_for_again(shell: Shell) -> None:
    kept = shell.store.write_now(consent)
    code = shell.server.grants.consent(kept.challenge)
    tries = [
        "xin chào Zalo",
        f"https://vd.vn/?code={code}&state=of-another-attempt",
        f"https://vd.vn/?code={code}&oa_id=999",
        "https://vd.vn/?code=spent-or-made-up",
        code,  # the bare code does as well
    ]
    told = await shell.run("connect", typed="\n".join(tries) + "\n")
    assert told.exit_code == 0, told.output
    for part in ("Không thấy mã", "lần kết nối khác", "OA khác", 'Zalo không nhận mã ("Invalid code verifier")'):
        assert part in told.output


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("nothing", "Zalo trả lời nhưng không đưa khóa"), ("502", "Zalo trả lời dở dang (HTTP 502)")],
)
async def test_a_code_that_brings_no_tokens_is_told_in_vietnamese(shell: Shell, fault: str, expected: str) -> None:
    kept = shell.store.write_now(consent)
    shell.server.fail("oauth", fault)
    told = await shell.run("connect", typed=f"{shell.server.grants.consent(kept.challenge)}\n")
    assert expected in told.output
    assert "not JSON" not in told.output
    assert shell.store.read_now(secrets.read, shell.row) is None


# ------------------------------------------------------------ whose tokens they are


@pytest.mark.parametrize(
    ("faults", "reason"),
    [
        (("-32",), "Zalo bảo chờ ít phút"),
        (("-242",), "SANGKIEN_ZALO_OA_APP_SECRET sai"),
        (("502",), "chưa có trả lời từ Zalo (HTTP 502)"),
        (("reset",) * 3, "chưa có trả lời từ Zalo"),
    ],
)
async def test_a_pair_is_not_lost_because_zalo_cannot_be_asked_whose_it_is(
    shell: Shell, faults: tuple[str, ...], reason: str
) -> None:
    """The code is spent: thrown away, the pair could only be had by another consent."""
    shell.server.fail("/v2.0/oa/getoa", *faults)
    told = await shell.connect()
    assert told.exit_code == 0, told.output
    assert "Đã lưu khóa mới, nhưng chưa kiểm tra được" in told.output
    assert reason in told.output
    assert "sangkien zalo status" in told.output
    assert "Đã kết nối" not in told.output
    assert shell.kept.pair.access == shell.server.grants.access
    shell.server.recover()
    assert "OA “Công đoàn Từ Liêm”" in (await shell.run("status")).output


async def test_a_pair_stored_unasked_that_is_another_accounts_is_found_by_status(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_OA_ID", "111")
    kept = shell.store.write_now(consent)
    shell.server.fail("/v2.0/oa/getoa", "-32")
    told = await shell.run("connect", typed=f"{shell.server.grants.consent(kept.challenge)}\n")
    assert (told.exit_code, "chưa kiểm tra được" in told.output) == (0, True)
    status = (await shell.run("status")).output
    assert "Khóa đang lưu là của OA khác (“Công đoàn Từ Liêm”)" in status
    assert "Zalo trả lời: OA" not in status


async def test_a_good_pair_is_not_replaced_by_one_that_is_not_taken_or_not_ours(shell: Shell) -> None:
    await shell.connect()
    good = shell.kept
    shell.server.fail("/v2.0/oa/getoa", "-216", "-216")
    told = await shell.connect()
    assert (told.exit_code, "Zalo không nhận khóa này" in told.output) == (1, True)
    shell.server.oa_id, ours = "999", shell.server.oa_id
    told = await shell.connect(oa_id=ours)
    assert (told.exit_code, "OA khác" in told.output) == (1, True)
    assert shell.kept == good


async def test_a_pasted_pair_is_kept_only_when_zalo_has_said_whose_it_is(shell: Shell) -> None:
    """Unlike a code, it can be pasted again."""
    await shell.connect()
    good = shell.kept
    pair = shell.server.grants.grant()
    shell.server.fail("/v2.0/oa/getoa", "-32")
    told = await shell.run("connect", "--explorer", typed=f"{pair['access_token']}\n{pair['refresh_token']}\n")
    assert (told.exit_code, "Chưa lưu gì" in told.output) == (1, True)
    assert shell.kept == good


async def test_another_account_than_the_settings_name_is_not_stored(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_OA_ID", "111")
    kept = shell.store.write_now(consent)
    told = await shell.run("connect", typed=f"{shell.server.grants.consent(kept.challenge)}\n")
    assert (told.exit_code, "OA khác" in told.output) == (1, True)
    assert shell.store.read_now(secrets.read, "zalo_oa:111") is None


async def test_a_pair_of_the_api_explorer_is_checked_and_renewed_soon(shell: Shell) -> None:
    pair = shell.server.grants.grant()
    wrong = await shell.run("connect", "--explorer", typed="made-up\nmade-up\n")
    assert (wrong.exit_code, "không nhận khóa" in wrong.output) == (1, True)
    told = await shell.run("connect", "--explorer", typed=f"{pair['access_token']}\n{pair['refresh_token']}\n")
    assert told.exit_code == 0, told.output
    assert "of-nobody" not in told.output
    assert shell.kept.pair.renew_at < system_clock() + timedelta(hours=1)


async def test_without_its_settings_it_names_them(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANGKIEN_ZALO_OA_APP_SECRET", "")
    told = await shell.run("connect")
    assert (told.exit_code, "SANGKIEN_ZALO_OA_APP_SECRET" in told.output) == (1, True)


async def test_status_says_what_is_wrong_and_what_to_do(shell: Shell) -> None:
    await shell.connect()
    shell.server.fail("/v2.0/oa/getoa", "-224")
    assert "gói dịch vụ của OA chưa đủ" in (await shell.run("status")).output
    shell.store.write_now(secrets.trouble, shell.row, shell.kept.version, "lost", now=system_clock())
    shell.server.grants.grant()  # what the bot lost
    told = (await shell.run("status")).output
    assert "mất khóa truy cập" in told
    assert "sangkien zalo connect" in told
    assert (await shell.connect()).exit_code == 0
    assert "mất khóa" not in (await shell.run("status")).output


async def test_status_of_a_person_says_whether_a_message_reaches_them_and_what_it_costs(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shell.connect()
    for ago, expected in ((0.0, "gửi miễn phí"), (3.0, "mỗi tin 55 đ"), (8.0, "không gửi được nữa")):
        shell.server.users[AN] = 0
        shell.server.interacts(AN, ago=ago * 86_400)
        assert expected in (await shell.run("status", "--user", AN)).output
    monkeypatch.setenv("SANGKIEN_ZALO_OA_TEMPLATE_ID", "7")
    assert "mẫu ZBS" in (await shell.run("status", "--user", AN)).output
    assert "Zalo báo lỗi" in (await shell.run("status", "--user", "999")).output


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("-320", "chưa nối Zalo Cloud Account"), ("reset", "chưa có trả lời từ Zalo")],
)
async def test_what_zalo_refuses_is_told_in_vietnamese(shell: Shell, fault: str, expected: str) -> None:
    await shell.connect()
    shell.server.fail("*", *[fault] * 3)
    assert expected in (await shell.run("status")).output


async def test_a_renewal_that_cannot_be_made_or_settled_is_told_in_vietnamese(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shell.connect()
    monkeypatch.setenv("SANGKIEN_ZALO_OA_OAUTH_URL", "http://127.0.0.1:9")
    shell.server.fail("/v2.0/oa/getoa", "-216")
    told = (await shell.run("status")).output
    assert "chưa gia hạn được khóa truy cập vì không nối được tới Zalo (ClientConnectorError)" in told
    shell.store.write_now(
        lambda conn: secrets.begin(conn, shell.row, 1, spent="of-may-1", holder="may-1", now=system_clock())
    )
    shell.server.fail("/v2.0/oa/getoa", "-216", *["reset"] * 3)
    told = (await shell.run("status")).output
    assert "lần gia hạn khóa trước chưa có trả lời" in told
    assert "a renewal" not in told
    assert "cannot be asked" not in told


# ------------------------------------------------------------ groups


async def test_groups_and_their_packages_are_listed_and_those_that_end_are_marked(shell: Shell) -> None:
    await shell.connect()
    assert "chưa có nhóm GMF" in (await shell.run("groups", "list")).output
    shell.server.group("f414", "Nhóm cũ")
    shell.server.groups["f414"] |= {"status": "disabled", "auto_delete_date": "04/01/2027"}
    soon = system_clock() + timedelta(days=5)
    shell.server.asset("gmf-1", valid_through=f"{soon:%d/%m/%Y}")
    shell.server.asset("gmf-2", valid_through="20/11/2099")
    lines = (await shell.run("groups", "list")).output.splitlines()
    assert lines[0] == "f414  Nhóm cũ  (chưa gắn đơn vị)  đang khóa, Zalo xóa ngày 04/01/2027"
    assert [line.endswith("SẮP HẾT HẠN") for line in lines[1:]] == [True, False]
    assert lines[2] == "gmf50  gmf-2  còn trống  20/11/2099"


async def test_a_group_is_made_from_a_list_and_belongs_to_its_unit(shell: Shell) -> None:
    await shell.connect()
    options = ("groups", "create", "--unit", "4827", "--kind", "members", "--member", AN)
    told = await shell.run(*options, "--yes")
    assert (told.exit_code, "Không còn gói" in told.output) == (1, True)
    shell.server.asset("gmf-1")
    shell.store.write_now(_workers, 120)
    told = await shell.run(*options, typed="n\n")
    assert (told.exit_code, shell.server.groups) == (1, {})
    told = await shell.run(*options, typed="y\n")
    assert told.exit_code == 0, told.output
    assert "với 99 người" in told.output
    assert "Zalo chỉ nhận 99 người khi tạo nhóm: 21 người" in told.output
    assert "1 người đã bỏ theo dõi hoặc chặn OA" in told.output
    assert "quá lâu chưa nhắn" not in told.output
    (made,) = shell.server.groups.values()
    assert (made["name"], AN in made["members"], len(made["members"])) == ("May Sao Mai – sáng kiến", True, 99)
    (row,) = shell.store.read_now(lambda conn: conn.execute(select(chat).where(chat.c.channel == "zalo_oa")).all())
    assert (row.external_id, row.kind) == (f"gmf:{made['group_id']}", "members")
    assert "May Sao Mai" in (await shell.run("groups", "list")).output


async def test_who_has_been_silent_for_a_week_is_told_apart(shell: Shell) -> None:
    await shell.connect()
    shell.server.asset("gmf-1")
    shell.store.write_now(_workers, 5)
    old = system_clock() - timedelta(days=8)
    silent = update(account).where(account.c.external_id.in_(["22", "23"])).values(last_seen=old)
    shell.store.write_now(lambda conn: conn.execute(silent))
    options = ("groups", "create", "--unit", "4827", "--kind", "members", "--member", AN, "--yes")
    told = await shell.run(*options)
    assert told.exit_code == 0, told.output
    assert "2 người trong danh sách quá lâu chưa nhắn cho OA" in told.output
    assert "1 người đã bỏ theo dõi hoặc chặn OA" in told.output
    assert "Zalo chỉ nhận" not in told.output


def _workers(conn: Connection, number: int) -> None:
    """So many of Sao Mai have written to the account, and one has left it."""
    unit_id = conn.scalar(select(unit.c.id).where(unit.c.code == "4827"))
    now = system_clock()
    for n in range(number):
        row = {"name": f"Người {n}", "unit_id": unit_id, "created_at": now}
        person_id = conn.execute(insert(person).returning(person.c.id), row).scalar_one()
        here = {"channel": "zalo_oa", "external_id": f"2{n}", "chat": f"2{n}", "last_seen": now, "reachable": n > 0}
        conn.execute(insert(account), {**here, "person_id": person_id})
