"""What every channel promises to the sender: see `tests.channels.rigs`, where a new one is a row."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels import Gone, Outgoing, Rejected, SendError
from bot.channels.text import lay_out
from tests.channels.rigs import JPEG, RIGS, Rig

CONSENT = {"text": "Đồng ý chứ?", "choices": [["Đồng ý", 1, "q:3:yes"], ["Không", 0, "q:3:no"]]}
WORDS = "<b>*đậm* _nghiêng_ ~~x~~ [x](http://a) `mã` & {red}đỏ{/red} </b> {{ x }} # 1. > @all /sk"


@pytest.fixture(params=RIGS)
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    async with RIGS[request.param](tmp_path) as rig:
        yield rig


async def test_words_of_a_worker_arrive_as_they_are(rig: Rig) -> None:
    sent = await rig.channel.send(Outgoing(rig.chat, WORDS))
    assert await rig.read() == [WORDS]
    assert sent.external_id
    assert sent.messages == 1


async def test_each_choice_can_be_seen_and_has_its_number_or_its_button(rig: Rig) -> None:
    await rig.channel.send(lay_out(CONSENT, rig.channel.capabilities, rig.chat))
    (shown,) = await rig.read()
    expected = ("[Đồng ý]", "[Không]") if rig.channel.capabilities.buttons else ("1. Đồng ý", "0. Không")
    assert all(part in shown for part in expected)


async def test_a_text_of_exactly_the_limit_arrives_whole_and_a_longer_one_not_at_all(rig: Rig) -> None:
    limit = rig.channel.capabilities.text_limit
    await rig.channel.send(Outgoing(rig.chat, "ạ" * limit))
    with pytest.raises(Rejected):
        await rig.channel.send(Outgoing(rig.chat, "ạ" * (limit + 1)))
    assert await rig.read() == ["ạ" * limit]


async def test_the_row_says_what_the_channel_does(rig: Rig) -> None:
    able = rig.channel.capabilities
    assert able.name in RIGS
    assert able.text_limit >= able.caption_limit > 0
    assert not (able.files_out and able.pictures_by_url)
    assert able.per_second > 0


async def test_a_file_of_nobody_is_refused(rig: Rig) -> None:
    for ref in ("/etc/hostname", "../x", ""):
        message = lay_out(
            {"text": "x", "media": [{"kind": "photo", "ref": ref, "name": ""}]}, rig.channel.capabilities, rig.chat
        )
        with pytest.raises(SendError):
            await rig.channel.send(message)
    assert await rig.read() == []


async def test_an_answer_to_a_press_never_fails(rig: Rig) -> None:
    await rig.channel.acknowledge("press-of-nobody")


async def test_what_lan_sent_can_be_fetched_until_it_is_gone(rig: Rig) -> None:
    assert rig.hold is not None
    media = await rig.hold(JPEG)
    assert await rig.channel.fetch(media) == JPEG
    rig.lost()
    with pytest.raises((Gone, Rejected)):
        await rig.channel.fetch(media)


@pytest.mark.parametrize("name", RIGS)
async def test_what_goes_wrong_is_one_of_ours(name: str, tmp_path: Path) -> None:
    """Each on a server of its own; the next message goes out where the fault was a passing one."""
    async with RIGS[name](tmp_path) as first:
        faults = list(first.faults)
    for fault in faults:
        async with RIGS[name](tmp_path) as rig:
            error, make = rig.faults[fault]
            make()
            with pytest.raises(SendError) as caught:
                await rig.channel.send(Outgoing(rig.chat, "Họ và tên của anh/chị?"))
            assert type(caught.value) is error, fault
            told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
            assert not rig.secret or rig.secret not in told, fault
