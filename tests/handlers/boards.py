"""The ward union of `conversation.md` §5a and its fifteen units, as numbers: notices are checked on it."""

from __future__ import annotations

from typing import Any

UNITS: tuple[tuple[str, int, int, int | None], ...] = (  # name, count, change, target
    ("Bảo vệ Thăng Long", 0, 0, 40),
    ("BV Từ Liêm", 132, 4, 110),
    ("Cơ khí An Phát", 76, 5, 90),
    ("Dược Hồng Hà", 33, 2, 50),
    ("Điện Sao Việt", 203, 9, 200),
    ("HTX Phú Đô", 12, 1, None),
    ("In Tân Phú", 21, 1, 40),
    ("May Sao Mai", 118, 8, 150),
    ("Siêu thị Minh Tâm", 66, 4, 110),
    ("THCS Cầu Diễn", 69, -2, 90),
    ("THPT Xuân Phương", 84, 2, 75),
    ("Tiểu học Mỹ Đình", 76, 1, 80),
    ("Mầm non Hoa Mai", 57, 0, 60),
    ("Vận tải Bình An", 24, 0, 80),
    ("Xây dựng Số 9", 44, 3, 60),
)


def row(unit_id: int, name: str, count: int, target: int | None = None, **more: Any) -> dict[str, Any]:
    return {"unit_id": unit_id, "name": name, "filed": count, "whole": target, **more}


def numbers(**changes: Any) -> dict[str, Any]:
    """20/11/2026, 17h00."""
    rows = [
        row(at, name, count - min(change, 0), target, adjusted=min(change, 0))
        for at, (name, count, change, target) in enumerate(UNITS, 1)
    ]
    return {
        "unit_id": 100,
        "unit": "Công đoàn phường Từ Liêm",
        "short": "CĐ P. Từ Liêm",
        "campaign_id": 1,
        "campaign": "Thi đua đổi mới sáng tạo 2026",
        "opens": "2026-01-01",
        "closes": "2026-12-31",
        "day": "2026-11-20",
        "cut_at": "2026-11-20T17:00:00+07:00",
        "filed": 1017,
        "adjusted": -2,
        "goals": [{"number": 1300, "count": 1015, "ends": "2026-12-31", "set_by": "LĐLĐ Thành phố"}],
        "rows": rows,
        "notes": [{"unit_id": 10, "unit": "THCS Cầu Diễn", "reason": "moved", "delta": -2}],
        **changes,
    }


def yesterday(**changes: Any) -> dict[str, Any]:
    rows = [
        row(at, name, count - max(change, 0) - min(change, 0), target)
        for at, (name, count, change, target) in enumerate(UNITS, 1)
    ]
    before = {"day": "2026-11-19", "cut_at": "2026-11-19T17:00:00+07:00", "filed": 977, "adjusted": 0, "rows": rows}
    return numbers(**before, notes=[]) | changes
