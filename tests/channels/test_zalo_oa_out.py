"""Sending from an Official Account: what arrives, and each thing that may go wrong as one of our errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.channels import (
    Button,
    Gone,
    NotNow,
    Outgoing,
    RateLimited,
    Rejected,
    SendError,
    Temporary,
    Unauthorized,
    Unsure,
)
from bot.channels.text import LOCAL_FILE, lay_out
from bot.channels.zalo_oa_api import OaError, proof_of
from bot.channels.zalo_oa_errors import as_send_error
from bot.channels.zalo_oa_out import Template, ZaloOaChannel, plain
from handlers.talk import Media
from tests.channels.zalo_oa import LAN, NOON, TEAM, TEAM_CHAT, GivenTokens, channel_of, later
from tests.servers.zalo_oa import JPEG, ZaloOaServer

CS = "/v3.0/oa/message/cs"
HELLO = Outgoing(LAN, "Họ và tên của anh/chị?")
YES_NO = ((Button("Đồng ý", "q:3:yes"), Button("Không", "q:3:leave")),)


@pytest.fixture
async def server() -> AsyncIterator[ZaloOaServer]:
    async with ZaloOaServer() as server:
        server.user(LAN)
        server.interacts(LAN)
        server.group(TEAM, "15 chủ tịch CĐCS")
        yield server


@pytest.fixture
def tokens(server: ZaloOaServer) -> GivenTokens:
    return GivenTokens(server)


@pytest.fixture
async def channel(server: ZaloOaServer, tokens: GivenTokens) -> AsyncIterator[ZaloOaChannel]:
    channel = channel_of(server, tokens)
    yield channel
    await channel.close()


def a_file(folder: Path, name: str, data: bytes) -> Media:
    (folder / name).write_bytes(data)
    return Media(
        "photo" if name.endswith((".jpg", ".png", ".gif")) else "file", f"{LOCAL_FILE}{folder / name}", name=name
    )


# ------------------------------------------------------------ what arrives


async def test_words_arrive_as_they_were_written(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    words = "<b>Đồng ý</b> chứ? *_[ ` & https://example.vn"
    sent = await channel.send(Outgoing(LAN, words))
    (message,) = server.sent(LAN)
    assert (message["text"], message["message_id"]) == (words, sent.external_id)


async def test_choices_are_buttons_and_numbers(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    """Old Zalo applications show no buttons: the number answers there."""
    payload = {"text": "Lưu họ tên, đơn vị?", "choices": [["Đồng ý", 1, "q:3:yes"], ["Không", 0, "q:3:leave"]]}
    await channel.send(lay_out(payload, channel.capabilities, LAN))
    (message,) = server.sent(LAN)
    assert message["text"] == "Lưu họ tên, đơn vị?\n1. Đồng ý   0. Không"
    assert message["buttons"] == [
        {"title": "Đồng ý", "type": "oa.query.hide", "payload": "q:3:yes"},
        {"title": "Không", "type": "oa.query.hide", "payload": "q:3:leave"},
    ]


async def test_more_choices_than_buttons_are_numbers_only(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    choices = [[f"Đơn vị {n}", n, f"q:3:{n}"] for n in range(6)]
    await channel.send(lay_out({"text": "Đơn vị?", "choices": choices}, channel.capabilities, LAN))
    (message,) = server.sent(LAN)
    assert "5. Đơn vị 5" in message["text"]
    assert "buttons" not in message


async def test_where_buttons_are_refused_the_words_go_without(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    server.with_buttons = False
    await channel.send(Outgoing(LAN, "1. Đồng ý   0. Không", YES_NO))
    (message,) = server.sent(LAN)
    assert "buttons" not in message


async def test_a_group_of_the_account(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    await channel.send(Outgoing(TEAM_CHAT, "Kết quả sáng kiến 20/11", YES_NO))
    (message,) = server.sent(TEAM)
    assert (message["text"], "buttons" in message) == ("Kết quả sáng kiến 20/11", False)


@pytest.mark.parametrize("words", ["[@{0}]", "[@ {0}] x", "[[@a]@{0}]", "[@[@{0}]]", "[@{0}"])
async def test_nobody_is_called_by_what_a_worker_typed(
    server: ZaloOaServer, channel: ZaloOaChannel, words: str
) -> None:
    await channel.send(Outgoing(TEAM_CHAT, f"Dòng của Lan: {words.format(TEAM)} nhanh hơn"))
    assert server.mentions(TEAM) == []
    assert "[@" not in server.sent(TEAM)[0]["text"]


def test_other_brackets_stay() -> None:
    assert plain("máy [A] @Lan [1] e-mail a@b.vn") == "máy [A] @Lan [1] e-mail a@b.vn"


def test_a_mention_without_its_end_does_not_swallow_what_follows() -> None:
    assert (
        plain("• cái gá [@ 5 nghìn một cái\n1. Nộp   2. Sửa   0. Bỏ")
        == "• cái gá @ 5 nghìn một cái\n1. Nộp   2. Sửa   0. Bỏ"
    )
    assert "[@" not in plain("[[[@@ một")


# ------------------------------------------------------------ pictures and files


async def test_a_picture_is_uploaded_once_for_all_chats(
    server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    picture = a_file(tmp_path, "ban-tin.jpg", JPEG)
    for chat in (TEAM_CHAT, LAN, TEAM_CHAT):
        await channel.send(Outgoing(chat, "Bản tin", media=(picture,)))
    assert [(one["text"], one["image"]["data"]) for one in server.sent(TEAM)] == [("Bản tin", JPEG)] * 2
    assert server.calls["/v2.0/oa/upload/image"] == 1


async def test_an_upload_the_platform_forgot_is_made_anew(
    server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    picture = a_file(tmp_path, "ban-tin.jpg", JPEG)
    await channel.send(Outgoing(LAN, "hôm qua", media=(picture,)))
    server.expire_uploads()
    await channel.send(Outgoing(LAN, "hôm nay", media=(picture,)))
    assert server.sent(LAN)[1]["image"]["data"] == JPEG
    assert server.calls["/v2.0/oa/upload/image"] == 2


async def test_a_picture_zalo_does_not_take_does_not_hold_back_the_words(
    server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    large = a_file(tmp_path, "lon.jpg", JPEG + b"0" * (1 << 20))
    await channel.send(Outgoing(LAN, "Bản tin", media=(large,)))
    await channel.send(Outgoing(LAN, "Bản tin", media=(a_file(tmp_path, "dong.gif", b"GIF89a"),)))
    assert [(one["text"], "image" in one) for one in server.sent(LAN)] == [("Bản tin", False)] * 2
    with pytest.raises(Rejected):
        await channel.send(Outgoing(LAN, "", media=(large,)))


async def test_a_picture_the_platform_refuses_does_not_hold_back_the_words(
    server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    server.fail("/v2.0/oa/upload/image", "-233")
    await channel.send(Outgoing(LAN, "Bản tin", media=(a_file(tmp_path, "ban-tin.jpg", JPEG),)))
    assert [(one["text"], "image" in one) for one in server.sent(LAN)] == [("Bản tin", False)]


async def test_words_before_a_file_wait_until_it_is_uploaded(
    server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path
) -> None:
    """What is tried again as a whole would say them twice."""
    server.fail("/v2.0/oa/upload/file", "502")
    message = Outgoing(LAN, "Danh sách", media=(a_file(tmp_path, "ds.pdf", b"%PDF-1.7"),))
    with pytest.raises(Temporary):
        await channel.send(message)
    await channel.send(message)
    assert [one["text"] for one in server.sent(LAN)] == ["Danh sách", ""]


async def test_a_picture_by_its_address(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    await channel.send(Outgoing(LAN, "Ảnh", media=(Media("photo", "https://vd.vn/tep/x.png"),)))
    assert server.sent(LAN)[0]["image"] == "https://vd.vn/tep/x.png"


async def test_a_file_has_its_words_before_it(server: ZaloOaServer, channel: ZaloOaChannel, tmp_path: Path) -> None:
    await channel.send(Outgoing(LAN, "Danh sách", media=(a_file(tmp_path, "Danh sách.pdf", b"%PDF-1.7"),)))
    words, file = server.sent(LAN)
    assert (words["text"], file["file"]["name"], file["file"]["data"]) == ("Danh sách", "Danh sách.pdf", b"%PDF-1.7")


async def test_only_files_of_this_house_go_out(channel: ZaloOaChannel, tmp_path: Path) -> None:
    for media in (
        Media("file", "/etc/passwd", name="x.pdf"),
        a_file(tmp_path, "bang.xlsx", b"PK"),
        Media("photo", "x"),
    ):
        with pytest.raises(Rejected):
            await channel.send(Outgoing(LAN, "", media=(media,)))


# ------------------------------------------------------------ token and pace


@pytest.mark.parametrize("code", ["-216", "-220"])
async def test_a_token_that_is_not_taken_is_renewed_once_and_tried_once(
    server: ZaloOaServer, channel: ZaloOaChannel, tokens: GivenTokens, code: str
) -> None:
    server.fail(CS, code)
    await channel.send(HELLO)
    assert (len(server.sent(LAN)), tokens.renewals, server.calls[CS]) == (1, 1, 2)
    server.fail(CS, code, code)
    with pytest.raises(Unauthorized):
        await channel.send(HELLO)
    assert (tokens.renewals, server.calls[CS]) == (2, 4)


async def test_the_proof_of_the_token_goes_along_where_it_is_wanted(server: ZaloOaServer, tokens: GivenTokens) -> None:
    server.wants_proof = True
    without, with_proof = channel_of(server, tokens), channel_of(server, tokens, app_secret=server.app_secret)
    with pytest.raises(Unauthorized, match="appsecret_proof"):
        await without.send(HELLO)
    await with_proof.send(HELLO)
    await without.close()
    await with_proof.close()


def test_the_proof_is_the_official_sdks() -> None:
    """Values of AppSecretProofUtil.calculateHMacSHA256 (zalo-java-sdk, its own example first)."""
    assert proof_of("appSecretKey", "accessToken") == "0584869ec908cfecf20763760e69c4baca98ac64aaeb6a938f47ca758dfe779f"
    assert proof_of("khóa", "thẻ-1") == "ee4d685889a152fc9675f934abfc923cce27e63002f3f47c249ae85b0a6dce66"


async def test_a_minute_that_is_used_up_is_waited_for(server: ZaloOaServer, channel: ZaloOaChannel) -> None:
    server.headers = {"X-RateLimit-Limit": "100", "X-RateLimit-Remain": "0"}
    await channel.send(HELLO)
    with pytest.raises(RateLimited) as waits:
        await channel.send(HELLO)
    assert 29 < waits.value.after <= 30  # it is 12:00:30
    assert server.calls[CS] == 1


# ------------------------------------------------------------ what goes wrong


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        *((code, Gone) for code in (-213, -217, -227, -230, -232, -244, -403)),
        *((code, Rejected) for code in (-100, -200, -201, -210, -233)),
        *((code, Unauthorized) for code in (-209, -212, -219, -221, -223, -224, -235, -240, -242, -216, -220)),
        *((code, NotNow) for code in (-211, -218, -234, -237, -238, -241, -248, -320, -321)),
        (-32, RateLimited),
        *((code, Unsure) for code in (-1, -999, 0)),
    ],
)
def test_every_number_has_a_meaning(code: int, expected: type[SendError]) -> None:
    assert type(as_send_error(OaError(code, "…"), NOON)) is expected


@pytest.mark.parametrize(
    ("code", "hour", "until"),
    [(-234, 11, later(18)), (-234, -9, later(-6)), (-211, 0, later(18)), (-218, -10, later(18)), (-321, 0, later(1))],
)
def test_what_must_wait_waits_for_the_morning(code: int, hour: int, until: datetime) -> None:
    """Zalo's night is 22:00 to 06:00; a quota is that of the day."""
    error = as_send_error(OaError(code, ""), later(hour))
    assert isinstance(error, NotNow)
    assert error.until.replace(second=0) == until.replace(second=0)


@pytest.mark.parametrize("fault", ["502", "timeout", "reset-after", "timeout-after", "502-after"])
async def test_no_answer_is_perhaps_sent(server: ZaloOaServer, channel: ZaloOaChannel, fault: str) -> None:
    server.fail(CS, fault)
    with pytest.raises(Temporary):
        await channel.send(HELLO)
    await channel.send(HELLO)


async def test_whoever_left_is_gone_and_reached_again_when_he_comes_back(
    server: ZaloOaServer, channel: ZaloOaChannel
) -> None:
    server.unfollow(LAN)
    with pytest.raises(Gone):
        await channel.send(HELLO)
    server.follow(LAN)
    await channel.send(HELLO)


async def test_after_a_week_of_silence_only_a_template_reaches(
    server: ZaloOaServer, channel: ZaloOaChannel, tokens: GivenTokens
) -> None:
    server.interacts(LAN, ago=8 * 86_400)
    with pytest.raises(Gone):
        await channel.send(HELLO)
    by_template = channel_of(server, tokens, template=Template("tpl-7", "noi_dung"))
    await by_template.send(Outgoing(LAN, "Sáng kiến 48 27 031:\nđã được công nhận."))
    (message,) = server.sent(LAN)
    assert message["template_data"] == {"noi_dung": "Sáng kiến 48 27 031: đã được công nhận."}
    await by_template.close()


@pytest.mark.parametrize("code", [-212, -224, -235, -240])
async def test_a_group_or_a_template_the_package_lacks_waits_alone_and_those_who_can_mend_it_are_told(
    server: ZaloOaServer, tokens: GivenTokens, code: int
) -> None:
    """To a person the same number says that nothing leaves the account."""
    told: list[tuple[int, str]] = []

    async def tell(number: int, way: str) -> None:
        told.append((number, way))

    channel = channel_of(server, tokens, template=Template("tpl-7", "noi_dung"), tell=tell)
    for path in ("/v3.0/oa/group/message", "/v3.0/oa/message/template", CS):
        server.fail(path, str(code))
    with pytest.raises(NotNow) as in_group:
        await channel.send(Outgoing(TEAM_CHAT, "Kết quả sáng kiến 20/11"))
    with pytest.raises(Unauthorized):
        await channel.send(HELLO)
    server.interacts(LAN, ago=8 * 86_400)
    with pytest.raises(NotNow) as by_template:
        await channel.send(HELLO)
    assert (in_group.value.until, by_template.value.until) == (later(1), later(1))
    assert told == [(code, "group"), (code, "template")]
    await channel.close()


async def test_money_that_is_used_up_is_told_too(server: ZaloOaServer, tokens: GivenTokens) -> None:
    told: list[tuple[int, str]] = []

    async def tell(number: int, way: str) -> None:
        told.append((number, way))

    channel = channel_of(server, tokens, tell=tell)
    server.fail(CS, "-321", "-234", "-213")
    for expected in (NotNow, NotNow, Gone):  # the night, and who left, are nobody's to mend
        with pytest.raises(expected):
            await channel.send(HELLO)
    assert told == [(-321, "person")]
    await channel.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Chưa rõ số tiền.", "Chưa rõ số tiền."),  # 16: as many as it takes
        ("Chưa rõ số tiền làm lợi.", "Chưa rõ số tiền…"),
        ("Chưa rõ số tiền nào", "Chưa rõ số tiền…"),
        ("Chưa rõ số tháng nào", "Chưa rõ số…"),
        ("khôngmộtdấucáchnào", "khôngmộtdấucách…"),
    ],
)
async def test_what_a_template_has_no_room_for_is_seen_to_be_missing(
    server: ZaloOaServer, tokens: GivenTokens, words: str, expected: str
) -> None:
    server.interacts(LAN, ago=8 * 86_400)
    by_template = channel_of(server, tokens, template=Template("tpl-7", "noi_dung", 16))
    await by_template.send(Outgoing(LAN, words))
    (message,) = server.sent(LAN)
    assert message["template_data"] == {"noi_dung": expected}
    assert len(expected) <= 16
    await by_template.close()


async def test_what_a_person_must_mend_is_named_in_the_log_without_the_words(
    server: ZaloOaServer, channel: ZaloOaChannel
) -> None:
    server.fail(CS, "-224")
    with capture_logs() as lines, pytest.raises(Unauthorized, match="package"):
        await channel.send(Outgoing(LAN, "lời của Lan"))
    assert [line["event"] for line in lines] == ["zalo_oa_needs_a_person"]
    assert "lời của Lan" not in str(lines)
