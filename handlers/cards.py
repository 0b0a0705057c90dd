"""Cards: messages whose choices belong to a record (an initiative, a group), not to a question. They work for ever."""

from __future__ import annotations

from collections.abc import Callable

from handlers import (
    access,
    audit_cards,
    broadcast_cards,
    cast_cards,
    desk_cards,
    drafts,
    drive_cards,
    join_cards,
    morning_card,
    my_cards,
    offer_cards,
    officer_cards,
    preview_cards,
    role_cards,
    settings_cards,
    talk_cards,
    unsent_cards,
    untold_cards,
    why_card,
)
from handlers.card import CLOSE, close
from handlers.facts import Facts
from handlers.talk import Need, State, Turn, say

OWN_ZERO = ("preview", "offer", "typed")  # where 0 is an answer: "Hôm nay không đăng", "Không đăng", "Không nộp"
GRAVE = ("withdraw", "erase", "unconsent", "join", "part")  # what is asked about before it is done


def press(kind: str, record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of a card, by button or number. Every right and the record itself are looked at again."""
    if key == CLOSE.key and kind not in OWN_ZERO:
        return close(state, facts, *((say("details.unchanged"),) if kind in GRAVE else ()))
    if not access.card_allowed(kind, facts):
        return close(state, facts, access.refused(access.CARDS[kind]))
    handler = _HANDLERS.get(kind)
    return handler(record, key, state, facts) if handler else close(state, facts)


def heard(text: str, state: State, facts: Facts) -> Turn | Need | None:
    """Words under a helper's message go back to the helper, and a helper's under a request to whoever asked. None where
    they are for nobody, or for the question of a form.
    """
    if not text or drafts.asks(state):
        return None
    if talk_cards.is_talk(state):
        return talk_cards.heard(text, state, facts)
    return desk_cards.heard(text, state, facts) if desk_cards.is_request(state) else None


_HANDLERS: dict[str, Callable[[str, str, State, Facts], Turn | Need]] = {
    "list": my_cards.on_list,
    "mine": my_cards.on_mine,
    "withdraw": my_cards.on_withdraw,
    "them": my_cards.on_details,
    "post": officer_cards.on_post,
    "link": officer_cards.on_link,
    "preview": preview_cards.on_preview,
    "decided": preview_cards.on_decided,
    "offer": offer_cards.on_offer,
    "handed": offer_cards.on_offer,
    "offers": offer_cards.on_list,
    "previews": preview_cards.on_list,
    "settings": settings_cards.on_list,
    "group": settings_cards.on_group,
    "why": why_card.on_why,
    "whynew": why_card.on_new,
    "whynot": why_card.on_today,
    "morning": morning_card.on_switch,
    "cast": cast_cards.on_cast,
    "cast_end": cast_cards.on_cancel,
    "drive": drive_cards.on_drive,
    "reminders": broadcast_cards.on_list,
    "reminder": broadcast_cards.on_one,
    "drive_end": drive_cards.on_end,
    "audit": audit_cards.on_page,
    "audit_by": audit_cards.on_way,
    "roles": role_cards.on_list,
    "role": role_cards.on_role,
    "requests": desk_cards.on_list,
    "request": desk_cards.on_request,
    "unsent": unsent_cards.on_list,
    "untold": untold_cards.on_list,
    "untold_one": untold_cards.on_one,
    "talk": talk_cards.on_talk,
    "typed": talk_cards.on_typed,
    "joins": join_cards.on_joins,
    "join": join_cards.on_join,
    "part": join_cards.on_part,
    "erase": my_cards.on_erase,
    "unconsent": my_cards.on_unconsent,
    "language": my_cards.on_language,
}
