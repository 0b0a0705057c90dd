"""What a helper types for somebody goes to that person first: it is filed, and counts, once they agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.desk_effects import ProposeFiling
from handlers.form import Ctx, Finished
from handlers.talk import reply, say

FOR = "typing_for"  # the answer that holds the request a helper types for
OF = "typed"  # the answer that holds the request whose typed words the person agrees to
THEIRS = ("title", "body", "began", "confidential", "unit", "campaign")


def begun(request_id: int, name: str, unit: Mapping[str, Any]) -> dict[str, Any]:
    """The answers a helper's form begins with."""
    return {FOR: request_id, "for_other": True, "behalf": name, "unit": dict(unit)}


def is_one(ctx: Ctx) -> bool:
    return FOR in ctx.answers


def finish(ctx: Ctx, campaign_id: int) -> Finished:
    answers = {name: ctx.answers[name] for name in THEIRS if name in ctx.answers} | {"campaign": campaign_id}
    return Finished(
        reply(say("typed.sent", name=ctx.answers["behalf"])), (ProposeFiling(int(ctx.answers[FOR]), answers),)
    )


def agreed(request_id: int, proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the person's own form, once it stands before them."""
    return {name: proposal[name] for name in THEIRS if name in proposal} | {OF: request_id}


def draft(request_id: int) -> str:
    """It is filed once, however often it is agreed to."""
    return f"request-{request_id}"
