"""A role in words: `cán bộ May Sao Mai`, `quản trị toàn hệ thống`."""

from __future__ import annotations

from handlers.fold import fold, shortened
from handlers.talk import Say, Words, say

CLUSTERS = ("cum ", "khoi ", "cluster ")  # how the name of a cluster begins
_PLACE = 60  # characters of a unit's name


def role(kind: str, place: str, cluster: str = "", campaign: str = "") -> Say:
    """`place` is the unit's name, `campaign` the only one it holds for ("": all)."""
    where: Words = shortened(cluster or place, _PLACE)
    if cluster and not fold(cluster).startswith(CLUSTERS):
        where = say("role.cluster", name=where)
    said = say("role.owner") if kind == "owner" else say(f"role.{kind}", place=where)
    return say("role.bound", role=said, campaign=shortened(campaign, _PLACE)) if campaign and kind != "owner" else said
