"""Sending on the Zalo Bot platform beyond what every channel promises: pictures, and a plan that shuts somebody out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.channels import NotNow, Outgoing, Quota, RateLimited, Rejected, Temporary, Unsure
from bot.channels.fetching import Fetcher
from bot.channels.zalo_bot_api import ZaloBotApi, capabilities
from bot.channels.zalo_bot_out import ZaloBotChannel
from handlers.talk import Media
from tests.channels.rigs import JPEG, NOW
from tests.servers.zalo_bot import ZaloBotServer


@dataclass
class Both:
    server: ZaloBotServer
    channel: ZaloBotChannel

    def picture(self) -> Media:
        return Media("photo", self.server.host(JPEG), name="bang.png")


@pytest.fixture
async def zalo() -> AsyncIterator[Both]:
    async with ZaloBotServer() as server:
        for name in ("lan", "minh"):
            server.user(name, name)
            server.say(name, "alo")
        api = ZaloBotApi(server.token, server.url)
        able = capabilities(3, 1, 1, Quota("Basic", 3000, 50, 3))
        channel = ZaloBotChannel(api, able, Fetcher([], 1), lambda: NOW, quota_pause=300, seconds=1.0)
        yield Both(server, channel)
        await channel.close()


async def test_the_words_go_with_the_last_picture_and_each_one_counts(zalo: Both) -> None:
    sent = await zalo.channel.send(Outgoing("lan", "Kết quả", media=(zalo.picture(), zalo.picture())))
    assert sent.messages == 2
    assert [message["caption"] for message in zalo.server.sent("lan")] == ["", "Kết quả"]
    assert sent.external_id == zalo.server.sent("lan")[1]["message_id"]


async def test_a_picture_zalo_cannot_fetch_does_not_hold_back_the_words(zalo: Both) -> None:
    nowhere = Media("photo", f"{zalo.server.url}/picture/none.jpg")
    sent = await zalo.channel.send(Outgoing("lan", "Kết quả", media=(nowhere,)))
    assert (zalo.server.texts("lan"), sent.messages) == (["Kết quả"], 1)
    with pytest.raises(Rejected):
        await zalo.channel.send(Outgoing("lan", "", media=(nowhere,)))


async def test_of_two_pictures_the_one_zalo_takes_goes_out_and_only_it_counts(zalo: Both) -> None:
    nowhere = Media("photo", f"{zalo.server.url}/picture/none.jpg")
    for media in ((nowhere, zalo.picture()), (zalo.picture(), nowhere)):
        assert (await zalo.channel.send(Outgoing("lan", "", media=media))).messages == 1
    assert len(zalo.server.sent("lan")) == 2


async def test_a_picture_that_may_have_gone_out_is_tried_again(zalo: Both) -> None:
    zalo.server.fail("sendPhoto", "502-after")
    with pytest.raises(Temporary):
        await zalo.channel.send(Outgoing("lan", "Kết quả", media=(zalo.picture(),)))


async def test_a_picture_that_takes_longer_than_we_wait_may_be_out_and_no_picture_need_be(zalo: Both) -> None:
    patient = zalo.channel.capabilities
    zalo.channel.capabilities = replace(patient, media_seconds=0.1)
    zalo.server.fail("sendPhoto", "slow", times=2)
    with pytest.raises(Unsure):
        await zalo.channel.send(Outgoing("lan", "Kết quả", media=(zalo.picture(),)))
    zalo.channel.capabilities = patient
    await zalo.channel.send(Outgoing("lan", "Kết quả", media=(zalo.picture(),)))
    assert patient.media_seconds == 150
    assert len(zalo.server.sent("lan")) == 2


@pytest.mark.parametrize("media", [Media("photo", "file:/etc/hostname"), Media("file", "https://x.vn/a.pdf")])
async def test_only_pictures_by_their_address(zalo: Both, media: Media) -> None:
    with pytest.raises(Rejected):
        await zalo.channel.send(Outgoing("lan", "x", media=(media,)))
    assert zalo.server.sent("lan") == []


async def test_one_person_too_many_waits_alone_and_longer_each_time(zalo: Both) -> None:
    """The platform does not say whether it is the person or the month: the others tell."""
    zalo.server.plan["users"] = 1
    waits = []
    for _ in range(12):
        with pytest.raises(NotNow) as shut:
            await zalo.channel.send(Outgoing("minh", "x"))
        assert shut.value.because == "zalo_problem.bot_quota"
        waits.append((shut.value.until - NOW) / timedelta(minutes=1))
        await zalo.channel.send(Outgoing("lan", "x"))
    assert waits[:3] == [5, 10, 20]
    assert waits[-1] == 6 * 60
    zalo.server.plan["users"] = None
    await zalo.channel.send(Outgoing("minh", "x"))
    zalo.server.fail("sendMessage", "429")
    with pytest.raises(NotNow) as shut:
        await zalo.channel.send(Outgoing("minh", "x"))
    assert shut.value.until == NOW + timedelta(minutes=5)


async def test_when_nobody_is_taken_any_more_all_wait(zalo: Both) -> None:
    zalo.server.plan["messages"] = 0
    for name in ("minh", "lan"):
        with pytest.raises(NotNow):
            await zalo.channel.send(Outgoing(name, "x"))
    with pytest.raises(RateLimited) as limited:
        await zalo.channel.send(Outgoing("hoa", "x"))
    assert (limited.value.after, limited.value.because) == (300, "zalo_problem.bot_quota")
