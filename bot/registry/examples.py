"""Rows for template files: a ward union with three base unions, and a programme of this year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot.registry.schema import Value

Example = Mapping[str, Value]
_PROGRAMME = "SK"


def examples(today: date) -> Mapping[str, Sequence[Example]]:
    """Examples for every table, by its key. What is not given takes its default."""
    first, middle, last = date(today.year, 1, 1), date(today.year, 6, 30), date(today.year, 12, 31)
    second_half, year_before = date(today.year, 7, 1), date(today.year - 1, 1, 1)
    hospital, company = "CĐCS sự nghiệp", "CĐCS doanh nghiệp"
    ward, city = "CĐ P. Từ Liêm", "LĐLĐ TP Hà Nội"
    return {
        "units": _rows(
            ("code", "name", "short_name", "type", "parent", "official_order", "members", "aliases"),
            ("1", "Công đoàn phường Từ Liêm", ward, "CĐ xã, phường", None, 1, 600, ("CĐ Từ Liêm",)),
            ("11", "CĐCS Bệnh viện Từ Liêm", "BV Từ Liêm", hospital, "1", 2, 250, ("Viện Từ Liêm",)),
            ("12", "CĐCS Công ty May Sao Mai", "May Sao Mai", company, "1", 3, 300, ("Sao Mai", "MSM")),
            ("13", "CĐCS Trường THCS Cầu Diễn", "THCS Cầu Diễn", hospital, "1", 4, 50, ()),
        ),
        "campaigns": _rows(
            ("code", "name", "unit", "opens", "closes", "applied_from", "applied_to", "timezone"),
            (_PROGRAMME, f"Sáng kiến {today.year}", "1", first, last, year_before, last, "Asia/Ho_Chi_Minh"),
        ),
        "phases": _rows(
            ("campaign", "code", "name", "starts", "ends"),
            (_PROGRAMME, "GD1", "Giai đoạn 1", first, middle),
            (_PROGRAMME, "GD2", "Giai đoạn 2", second_half, last),
        ),
        "fields": _rows(
            ("campaign", "code", "name", "official_order"),
            (_PROGRAMME, "SXKD", "Sản xuất – kinh doanh", 1),
            (_PROGRAMME, "ATVSLD", "ATVSLĐ – môi trường", 2),
        ),
        "groups": _rows(
            ("campaign", "code", "name", "official_order", "unit_types"),
            (_PROGRAMME, "SUNGHIEP", "Đơn vị sự nghiệp", 1, (hospital,)),
            (_PROGRAMME, "DOANHNGHIEP", "Công nhân khu vực doanh nghiệp", 2, (company, "CĐCS hợp tác xã")),
        ),
        "targets": _rows(
            ("unit", "campaign", "phase", "set_by", "valid_from", "measure", "number"),
            ("1", _PROGRAMME, None, city, first, "count", 130),
            ("1", _PROGRAMME, None, city, first, "participation", 10),
            ("11", _PROGRAMME, None, ward, first, "count", 60),
            ("12", _PROGRAMME, "GD1", ward, first, "count", 30),
            ("12", _PROGRAMME, None, ward, first, "count", 70),
        ),
    }


def _rows(columns: Sequence[str], *rows: Sequence[Value]) -> tuple[Example, ...]:
    return tuple(dict(zip(columns, row, strict=True)) for row in rows)
