"""Groups of an Official Account (GMF), and the packages they live on: listed, made, watched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.channels import Temporary
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.directory import ZONE

GROUPS = "/v3.0/oa/group/getgroupsofoa"
CREATE = "/v3.0/oa/group/creategroupwithoa"
QUOTA = "/v3.0/oa/quota/group"
PRODUCTS = ("gmf10", "gmf50", "gmf100", "gmf1000")
WAYS = ("purchase_quota", "sub_quota", "reward_quota")
PAGE, MOST_PAGES = 50, 200
MOST_MEMBERS = 99
WARN_BEFORE = timedelta(days=14)
FREE, TAKEN = "available", "used"
NO_SUCH_QUOTA = {-201, -235, -238}  # the account never had this product


@dataclass(frozen=True, slots=True)
class Group:
    """`deleted_on`: "" unless the platform has said that it will be."""

    id: str
    name: str
    enabled: bool
    deleted_on: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """A bought group place. `until` None where the platform does not say."""

    id: str
    product: str
    status: str
    until: date | None

    def ends_soon(self, today: date) -> bool:
        return self.until is not None and self.until - today <= WARN_BEFORE


async def groups(api: OaApi) -> list[Group]:
    """Raises OaError, SendError."""
    found: list[Group] = []
    for page in range(MOST_PAGES):
        rows = _rows(await api.get(GROUPS, offset=page * PAGE, count=PAGE), "groups")
        found += [_group(row) for row in rows]
        if len(rows) < PAGE:
            return found
    raise Temporary("the list of groups does not end")


async def assets(api: OaApi) -> list[Asset]:
    """Of every size and however it was come by, each once. Raises OaError, SendError."""
    found: dict[str, Asset] = {}
    for product in PRODUCTS:
        for way in WAYS:
            asked = {"quota_owner": "OA", "product_type": product, "quota_type": way}
            try:
                rows = _rows(await api.post(QUOTA, asked), "assets")
            except OaError as error:
                if error.code not in NO_SUCH_QUOTA:
                    raise
                continue
            for row in rows:
                asset = _asset(row, product)
                found.setdefault(asset.id, asset)
    return list(found.values())


async def create(api: OaApi, name: str, asset: str, members: Sequence[str], about: str = "") -> tuple[str, str]:
    """(id of the new group, its link). `members`: 1 to 99 ids, one of them an admin of the account. Raises OaError,
    SendError.
    """
    answer = await api.post(
        CREATE,
        {"group_name": name, "group_description": about or name, "asset_id": asset, "member_user_ids": list(members)},
    )
    made: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
    return str(made.get("group_id") or ""), str(made.get("group_link") or "")


def _rows(answer: Any, name: str) -> list[Mapping[str, Any]]:
    rows = answer.get(name) if isinstance(answer, dict) else answer
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _group(row: Mapping[str, Any]) -> Group:
    info = row.get("group_info")
    seen = {**row, **info} if isinstance(info, dict) else row
    enabled = str(seen.get("status") or "enabled") == "enabled"
    name = str(seen.get("name") or seen.get("group_name") or "")
    return Group(str(seen.get("group_id") or ""), name, enabled, str(seen.get("auto_delete_date") or ""))


def _asset(row: Mapping[str, Any], product: str) -> Asset:
    until = next(_days(str(row.get("valid_through") or "")), None)
    return Asset(str(row.get("asset_id") or ""), str(row.get("product_type") or product), str(row.get("status")), until)


def _days(text: str) -> Iterator[date]:
    """However the platform writes a day: 20/11/2027, 2027-11-20…, or milliseconds."""
    if found := re.search(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        yield date(int(found[3]), int(found[2]), int(found[1]))
    if found := re.search(r"(\d{4})-(\d{2})-(\d{2})", text):
        yield date(int(found[1]), int(found[2]), int(found[3]))
    if text.isdecimal() and len(text) in {10, 13}:
        yield datetime.fromtimestamp(int(text[:10]), ZONE).date()
