"""VISAO in the chat: Hoa asks for numbers of the week's digest, of a peak drive, of a milestone, of a final report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.stage import Stage
from handlers.kinds import CLOSING, DAILY, DRIVE, FOR_GROUPS, MILESTONE, WEEKLY
from models.person import person
from models.unit import phase
from tests.dialogue import Person
from tests.dialogues.before import MEMBERS, OFFICERS, at, heard, set_group


@pytest.fixture(autouse=True)
def quiet(stage: Stage) -> None:
    """Only the officers' group hears of anything, and nobody gets a morning summary."""
    set_group(stage, MEMBERS, kinds=only())
    stage.store.write_now(lambda conn: conn.execute(update(person).values(morning=False)))


def only(*kinds: str) -> dict[str, bool]:
    return {name: name in kinds for name in FOR_GROUPS}


async def told(stage: Stage, day: int, hour: int, minute: int = 0) -> str:
    """What the officers' group was told at that minute of November."""
    stage.now = stage.now.replace(day=day)
    await at(stage, hour, minute)
    return heard(stage, OFFICERS)[-1]


async def files(minh: Person, title: str) -> None:
    await minh.says(f"sk {title}")
    await minh.says("truoc day hay lan, nay xep theo mau, moi ngay bot duoc nua gio cong")
    await minh.says("thang 9")
    await minh.says("1", "Đã nhận")


# ---------------------------------------------------------------- a week


async def test_the_weekly_digest_is_explained_by_its_days_and_the_week_before(
    stage: Stage, hoa: Person, minh: Person
) -> None:
    set_group(stage, kinds=only(WEEKLY))
    text = await told(stage, 23, 8)
    assert "Trong tuần: 13 lượt nộp mới, ít hơn tuần trước đó 7 lượt. Ngày nhiều nhất: thứ Tư 18/11, 4 lượt." in text
    stage.now = stage.now.replace(hour=9)
    await minh.says("sk")
    await files(minh, "xep vai theo mau")  # what comes later changes no answer about the digest
    await hoa.says("visao 99.999", "Các bản tin gần đây không có số 99.999")
    await hoa.says("visao 13", "Bản tin tuần 16/11–22/11:\nSố 13 có ở 3 chỗ.", "1. Nam Từ Liêm: thay đổi +13")
    await hoa.says(
        "nam tu liem: trong tuan 13",
        "Bản tin tuần 16/11–22/11:\n13 lượt trong tuần = 3 + 3 + 4 + 3 + 0 + 0 + 0 (thứ Hai 16/11 đến Chủ nhật 22/11).",
        "55 = cuối tuần trước đó 42 + 13 mới.",
        "Nguồn: lượt nộp qua bot, đến 24h00 ngày 22/11/2026.",
    )
    await hoa.says("danh sach luot moi trong tuan", "Lượt mới từ cuối tuần trước đó, 1–5 trong 13:")
    await hoa.says("vi sao 20", "Các bản tin gần đây không có số 20")
    await hoa.says("visao may sao mai", "7 = cuối tuần trước đó 5 + 2 mới.", "4,7% = 7 : 150 (= 4,67%).")


async def test_a_number_of_several_notices_is_told_of_the_newest_and_the_others_are_choices(
    stage: Stage, hoa: Person
) -> None:
    set_group(stage, kinds=only(WEEKLY, DAILY))
    await told(stage, 21, 17)
    await told(stage, 22, 17)
    await told(stage, 23, 8)
    answer = await hoa.says("visao 55", "Bản tin tuần 16/11–22/11:\n55 = cuối tuần trước đó 42 + 13 mới.")
    assert "3. Bản tin 22/11/2026: Nam Từ Liêm 55" in answer
    await hoa.says("3", "Bản tin 22/11/2026:\n55 = hôm qua 55 + 0 mới.", "đến 17h00 ngày 22/11/2026")
    await hoa.says("visao 5,0", "Bản tin tuần 16/11–22/11:\nSố 5,0 có ở 3 chỗ.", "4. Bản tin 22/11/2026: Điện Sao Việt")
    await hoa.says("4", "Bản tin 22/11/2026:\n5,0% = 10 : 200.")
    await hoa.says("visao 22", "Các bản tin gần đây không có số 22")


# ---------------------------------------------------------------- a peak drive


async def test_a_drives_notice_is_explained_since_its_start(stage: Stage, hoa: Person, minh: Person) -> None:
    set_group(stage, kinds=only(DRIVE))
    for words in ("cao diem", "Chào mừng Đại hội", "1", "35", "2.030"):
        await hoa.says(words)
    await hoa.says("1", "Đã mở đợt cao điểm")
    assert "bắt đầu hôm nay" in await told(stage, 21, 8)
    await hoa.says("visao 58,0", "Bản tin đợt cao điểm 21/11/2026:\n58,0 mỗi ngày = còn 2.030 : 35 ngày, làm tròn lên.")
    await minh.says("sk")
    await files(minh, "xep vai theo mau")
    text = await told(stage, 22, 8)
    assert "Hôm qua: 1 (cần 58,0). Cần mỗi ngày từ nay: 59,7." in text
    named = "Bản tin đợt cao điểm 22/11/2026:\n"
    await hoa.says("visao 59,7", named + "59,7 mỗi ngày = còn 2.029 : 34 ngày", "56 = lúc bắt đầu đợt 55 + 1 mới.")
    await hoa.says("visao 58,0", named + "Ngày 21/11/2026 cần 58,0 = còn 2.030 : 35 ngày, làm tròn lên.")
    await hoa.says("visao 35", named + "Ngày 2/35 của đợt: từ 21/11/2026 đến hết 25/12/2026.")
    await hoa.says("visao may sao mai", named + "8 = lúc bắt đầu đợt 7 + 1 mới.")
    await hoa.says("visao 2.029", "Còn 2.029 = 2.030 − 1.")


# ---------------------------------------------------------------- what has ended


async def test_a_final_report_is_explained_by_its_days_people_and_groups(stage: Stage, hoa: Person) -> None:
    set_group(stage, kinds=only(CLOSING))
    values: dict[str, Any] = {"campaign_id": 1, "code": "D3", "name": "Đợt tháng Mười một"}
    values |= {"starts": date(2026, 11, 11), "ends": date(2026, 11, 20)}
    stage.store.write_now(lambda conn: conn.execute(insert(phase), values))
    text = await told(stage, 21, 8)
    assert "Trong Đợt tháng Mười một: 27 lượt nộp." in text
    assert "bình quân 2,7 lượt/ngày.\nTác giả: 23 người. Đơn vị cơ sở có lượt nộp: 14/15." in text
    named = "Báo cáo tổng kết Đợt tháng Mười một:\n"
    await hoa.says("visao 27", named + "27 trong Đợt tháng Mười một: các lượt từ 11/11/2026 đến hết 20/11/2026")
    await hoa.says("visao 2,7", "2. Nam Từ Liêm: bình quân mỗi ngày 2,7")
    await hoa.says("2", "2,7 mỗi ngày = 27 mới : 10 ngày (11/11/2026 đến 20/11/2026).")
    await hoa.says("visao 15", "14/15: 14 đơn vị cơ sở đã có lượt nộp, trong 15 đơn vị cơ sở.")
    await hoa.says("visao 58,2%", "Công nhân khu vực doanh nghiệp: 32 lượt nộp, 58,2% = 32 : 55.")
    await hoa.says("visao 143", "Còn 143 = 150 − 7.", "7: cộng dồn đến lúc chốt số")


# ---------------------------------------------------------------- a milestone


async def test_a_milestone_is_explained_by_the_count_of_that_moment(stage: Stage, hoa: Person, minh: Person) -> None:
    set_group(stage, kinds=only(MILESTONE))
    await minh.says("sk")
    for n in range(46):
        await files(minh, f"xep vai theo mau so {n}")
    text = await told(stage, 20, 13, 5)
    assert "đã có lượt nộp sáng kiến thứ 100." in text
    assert "Đến lúc này: 101 lượt nộp." in text
    await files(minh, "xep chi theo mau")
    named = "Tin cột mốc 20/11/2026:\n"
    await hoa.says("visao 100", named + "Mốc 100: đến 13h05 ngày 20/11/2026 đã có 101 lượt nộp.")
    await hoa.says("visao 101", named + "101: cộng dồn đến lúc chốt số, không so với bản tin trước.")
    await hoa.says("visao 102", "Các bản tin gần đây không có số 102", "2. Nam Từ Liêm: mốc 100")
