"""aiogram's models of what comes in, built when they are used: all 440 at once would take most of the time of a start.

aiogram tells pydantic to build each model when it is first used, and yet builds all of them while it is imported, for
only then does it know all their names. Here each is told the names instead.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel


@contextmanager
def _built_when_used() -> Iterator[None]:
    """Models that are imported within are not built; each finds in its module the names it was to be built with."""
    asked: dict[type[BaseModel], Mapping[str, Any]] = {}
    build = BaseModel.__dict__["model_rebuild"]
    put_off = classmethod(lambda model, *, _types_namespace: asked.setdefault(model, _types_namespace))
    BaseModel.model_rebuild = put_off  # type: ignore[assignment,method-assign]  # for the time of an import
    try:
        yield
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]  # as it was
    for model, names in asked.items():
        module = vars(sys.modules[model.__module__])
        module.update({**names, **module})


with _built_when_used():
    from aiogram.types import CallbackQuery, Chat, ChatMemberAdministrator, ChatMemberUpdated, Message, Update, User
Update.model_rebuild()  # now, not with the first update

__all__ = ["CallbackQuery", "Chat", "ChatMemberAdministrator", "ChatMemberUpdated", "Message", "Update", "User"]
