"""Officers of a cluster, admins of a campaign and owners, told whole in either language: An gives, Minh takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.stage import Stage
from models.queries import registry
from models.unit import unit
from tests.dialogue import Person
from tests.dialogues.before import heard
from tests.dialogues.test_both_languages import speak
from tests.dialogues.test_roles import code_in, held

VI: Mapping[str, str] = {
    "language": "vi",
    "or a cluster": "Cả cụm thì nhắn: cụm và tên cụm.",
    "no cluster": 'Không có cụm nào tên là "cụm chim bay"',
    "asks": "cụm dệt may",
    "cluster": "Mã cho Phạm Văn Minh, cán bộ Cụm Dệt may",
    "for the cluster": "Mã này cho: Phạm Văn Minh, cán bộ Cụm Dệt may. Có phải anh/chị không ạ?",
    "taken": "Phạm Văn Minh đã nhận mã: cán bộ Cụm Dệt may.",
    "whom": "Nhắc ai trong May Sao Mai?",
    "not in it": "Không thấy đơn vị đó",
    "no give": "Nhật ký dành cho quản trị",
    "admin": "Mã cho Phạm Văn Minh, quản trị Liên đoàn Lao động thành phố Hà Nội (chỉ ",
    "is admin": "Phạm Văn Minh đã nhận mã: quản trị Liên đoàn Lao động thành phố Hà Nội (chỉ ",
    "kinds": "1. Tổ hỗ trợ: nộp hộ, gõ giúp   2. Cán bộ của đơn vị hoặc cụm",
    "log": "Nhật ký (tất cả), mới nhất trước:",
    "last": "Đây là quản trị toàn hệ thống cuối cùng",
    "owner": "Mã cho Phạm Văn Minh, quản trị toàn hệ thống",
    "revoked": "Vai quản trị toàn hệ thống của anh/chị đã được thu hồi.",
    "officers only": "Việc này dành cho cán bộ của đơn vị.",
}
EN: Mapping[str, str] = {
    "language": "en",
    "or a cluster": "For a whole cluster send: cluster and its name.",
    "no cluster": 'There is no cluster called "cụm chim bay".',
    "asks": "cluster det may",
    "cluster": "Code for Phạm Văn Minh, officer of Cụm Dệt may",
    "for the cluster": "This code is for Phạm Văn Minh: officer of Cụm Dệt may. Is that you?",
    "taken": "Phạm Văn Minh has taken the code: officer of Cụm Dệt may.",
    "whom": "Whom in May Sao Mai shall we remind?",
    "not in it": "There is no such unit",
    "no give": "The log is for admins",
    "admin": "Code for Phạm Văn Minh, admin of Liên đoàn Lao động thành phố Hà Nội (",
    "is admin": "Phạm Văn Minh has taken the code: admin of Liên đoàn Lao động thành phố Hà Nội (",
    "kinds": "1. Support team: files and types for others   2. Officer of a unit or cluster",
    "log": "Log (everything), newest first:",
    "last": "This is the last owner",
    "owner": "Code for Phạm Văn Minh, owner of the whole installation",
    "revoked": "Your role as owner of the whole installation has been revoked.",
    "officers only": "This is for the unit's officers.",
}
BOTH = pytest.mark.parametrize("say", [VI, EN], ids=["vi", "en"])


def clustered(stage: Stage) -> None:
    """May Sao Mai and the unit after it are a cluster from now on."""
    both = update(unit).where(unit.c.code.in_(("4827", "4828"))).values(cluster="Cụm Dệt may")
    stage.store.write_now(lambda conn: conn.execute(both))
    stage.store.write_now(registry.renew)
    stage.now += timedelta(seconds=2)


@BOTH
async def test_an_officer_of_a_cluster_serves_its_units_and_no_other(
    stage: Stage, say: Mapping[str, str], an: Person, minh: Person
) -> None:
    clustered(stage)
    await speak(say, an, minh)
    await an.says("moi")
    await an.says("2", say["or a cluster"])
    await an.says("cụm chim bay", say["no cluster"])
    await an.says(say["asks"])
    code = code_in(await an.says("Phạm Văn Minh", say["cluster"]))
    await minh.starts(f"ma-{code}", say["for the cluster"])
    await minh.says("1")
    assert say["taken"] in heard(stage, "an")[-1]
    await minh.says("nhac")
    await minh.says("4829", say["not in it"])
    await minh.says("4827", say["whom"])
    await minh.says("0")
    await minh.says("nhat ky", say["no give"])


@BOTH
async def test_an_admin_of_a_campaign_gives_less_than_an_owner_and_reads_the_log(
    stage: Stage, say: Mapping[str, str], an: Person, minh: Person
) -> None:
    await speak(say, an, minh)
    await an.says("moi")
    await an.says("3")
    code = code_in(await an.says("Phạm Văn Minh", say["admin"]))
    await minh.says(f"ma {code}")
    await minh.says("1")
    assert say["is admin"] in heard(stage, "an")[-1]
    given = await minh.says("moi", say["kinds"])
    assert "3. " not in given
    await minh.says("0")
    await minh.says("nhatky", say["log"])


@BOTH
async def test_the_last_owner_stays_and_the_one_before_is_told(
    stage: Stage, say: Mapping[str, str], an: Person, minh: Person
) -> None:
    await speak(say, an, minh)
    for words in ("canbo", "1", "1"):
        await an.says(words)
    await an.says("1", say["last"])
    await an.says("moi")
    await an.says("4")
    code = code_in(await an.says("Phạm Văn Minh", say["owner"]))
    for words in (f"ma {code}", "1", "canbo", "1", "1", "1"):
        await minh.says(words)
    assert say["revoked"] in heard(stage, "an")[-1]
    assert (held(stage, "an"), held(stage, "minh")) == ([], [("owner", None)])
    await an.says("canbo", say["officers only"])
