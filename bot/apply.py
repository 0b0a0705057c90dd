"""From effects to rows: one function per effect, in the turn's own transaction (design.md §4, step 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from bot import (
    apply_broadcast,
    apply_cast,
    apply_desk,
    apply_drive,
    apply_initiative,
    apply_join,
    apply_line,
    apply_offer,
    apply_officer,
    apply_portal,
    apply_posters,
    apply_preview,
    apply_role,
    apply_untold,
    apply_upload,
)
from bot.acts import Act, NotAllowed, Results
from handlers import broadcast_effects as reminding
from handlers import desk_effects as desk
from handlers import effects as e
from handlers import file_effects as files
from handlers import join_facts as joins
from handlers import role_effects as given
from handlers.cast import SteerCast
from handlers.untold_facts import ToldInPerson
from models.queries import chats, erasure, people
from models.queries.initiatives import NotOpen


def apply(act: Act, effects: Iterable[e.Effect]) -> dict[str, Any]:
    """Bring about what a turn decided, in the order given, and give the values this brought about.

    Raises `NotAllowed` where the person may not (any more): then nothing of the turn may stay.
    """
    results: dict[str, Any] = {}
    for effect in effects:
        try:
            results |= _DO[type(effect)](act, effect) or {}
        except NotOpen as closed:
            raise NotAllowed("not_open") from closed
    return results


# ---------------------------------------------------------------- the person


def _give_consent(act: Act, effect: e.GiveConsent) -> Results:
    people.give_consent(
        act.conn,
        act.known_person(),
        version=effect.version,
        text=act.tools.consent_text(act.state, act.facts),
        channel=act.channel,
        at=act.now,
    )
    return None


def _set_person(act: Act, effect: e.SetPerson) -> Results:
    people.set_person(act.conn, act.known_person(), effect.values)
    if "language" in effect.values and act.facts.person.roles:
        act.menus.add(act.person_id)
    return None


def _forget(act: Act, _: e.ForgetPerson) -> Results:
    act.files.extend(erasure.forget(act.conn, act.known_person(), act.now))
    if act.facts.person.roles:
        act.menus.add(act.person_id)
    act.note("person.forget")
    return None


def _withdraw_consent(act: Act, _: e.WithdrawConsent) -> Results:
    people.withdraw_consent(act.conn, act.known_person(), act.now)
    act.note("consent.withdraw")
    return None


def _standing(act: Act, effect: e.ChatStanding) -> Results:
    if act.facts.chat.is_group:
        chats.set_standing(act.conn, act.facts.chat.id, effect.standing)
    else:
        here = effect.standing not in ("left", "blocked")
        people.set_reachable(act.conn, act.channel, act.account, here)
    return None


_DO: Mapping[type[e.Effect], Callable[[Act, Any], Results]] = MappingProxyType(
    {
        e.GiveConsent: _give_consent,
        e.SetPerson: _set_person,
        e.AskForUnit: apply_desk.ask_for_unit,
        e.AskForHelp: apply_desk.ask_for_help,
        desk.TakeRequest: apply_desk.take,
        desk.FinishRequest: apply_desk.finish,
        desk.AnswerRequest: apply_desk.answer,
        desk.SayInTalk: apply_desk.say_in_talk,
        desk.ProposeFiling: apply_desk.propose,
        desk.DeclineProposal: apply_desk.decline,
        desk.PlaceRequester: apply_desk.place,
        e.FileInitiative: apply_initiative.file_initiative,
        e.Complete: apply_initiative.complete,
        e.MakeConfidential: apply_initiative.make_confidential,
        e.Withdraw: apply_initiative.withdraw,
        e.MoveToUnit: apply_initiative.move_to_unit,
        e.UseInvite: apply_role.use_invite,
        given.GiveCode: apply_role.give_code,
        given.WithdrawCode: apply_role.withdraw_code,
        given.RevokeRole: apply_role.revoke_role,
        given.WrongCode: apply_role.wrong_code,
        e.MakeInvite: apply_officer.make_invite,
        e.LinkGroup: apply_officer.link_group,
        e.SetGroup: apply_officer.set_group,
        e.UnlinkGroup: apply_officer.unlink_group,
        e.LinkByHand: apply_officer.link_by_hand,
        e.PostNotice: apply_officer.post_notice,
        e.RenewPreview: apply_preview.renew,
        e.DecidePreview: apply_preview.decide,
        e.DecideOffer: apply_offer.decide,
        files.SetLine: apply_line.set_line,
        files.DropLine: apply_line.drop_line,
        e.StartDrive: apply_drive.start_drive,
        e.EndDrive: apply_drive.end_drive,
        e.AimDrive: apply_drive.aim_drive,
        files.ReadFigures: apply_upload.read_figures,
        files.MakeUploadLink: apply_upload.make_link,
        files.MakePosters: apply_posters.make_posters,
        e.StoreFigures: apply_portal.store_figures,
        e.ExplainFigure: apply_portal.explain_figure,
        ToldInPerson: apply_untold.told,
        SteerCast: apply_cast.steer,
        reminding.SendBroadcast: apply_broadcast.send,
        reminding.TryBroadcast: apply_broadcast.attempt,
        reminding.CancelBroadcast: apply_broadcast.cancel,
        reminding.SetReminders: apply_broadcast.set_reminders,
        joins.MakeJoinCode: apply_join.make_code,
        joins.JoinAccounts: apply_join.join,
        joins.PartAccounts: apply_join.part,
        e.ForgetPerson: _forget,
        e.WithdrawConsent: _withdraw_consent,
        e.ChatStanding: _standing,
    }
)

__all__ = ["Act", "NotAllowed", "apply"]
