"""Which effects leave something for others to take up: then whoever sends is told to look."""

from __future__ import annotations

from typing import Any

from handlers import desk_effects as desk
from handlers.broadcast_effects import SendBroadcast, TryBroadcast
from handlers.effects import (
    AskForHelp,
    AskForUnit,
    DecidePreview,
    FileInitiative,
    PostNotice,
    RenewPreview,
    UseInvite,
)
from handlers.file_effects import MakePosters, ReadFigures
from handlers.join_facts import JoinAccounts, PartAccounts
from handlers.role_effects import RevokeRole

_TELLS = (
    *(AskForHelp, AskForUnit, PostNotice, MakePosters, ReadFigures),
    *(RenewPreview, DecidePreview, UseInvite, RevokeRole),
    *(SendBroadcast, TryBroadcast, JoinAccounts, PartAccounts),
    *(desk.TakeRequest, desk.AnswerRequest, desk.SayInTalk, desk.ProposeFiling),
    *(desk.DeclineProposal, desk.PlaceRequester),
)


def tells(effect: Any) -> bool:
    return isinstance(effect, _TELLS) or (isinstance(effect, FileInitiative) and bool(effect.answers.get("typed")))
