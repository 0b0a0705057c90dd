"""Effects of the help desk: what people ask for becomes cards, and words go back and forth through the bot.

Every right is looked at again, with the request locked: two who press at once cannot both have it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import help_desk
from bot.acts import Act, NotAllowed, Results
from bot.replies import media_json
from handlers import desk_effects as d
from handlers import desk_words as words
from handlers import rights
from handlers.effects import AskForHelp, AskForUnit
from handlers.fold import fold
from handlers.forms.register import CONSENT_VERSION
from handlers.talk import Reply, Say, Words, reply, say
from handlers.telling import Telling
from models.queries import aliases, people, requests
from models.queries.requests import Taken
from models.queries.rows import AnyRow

ASKED_LATELY = timedelta(hours=1)  # whoever asks for help again within it is on the officers' list already


# ---------------------------------------------------------------- asking


def ask_for_help(act: Act, effect: AskForHelp) -> Results:
    unit = act.facts.person.unit
    if effect.kind == "help" and requests.asked_since(act.conn, act.known_person(), "help", act.now - ASKED_LATELY):
        return None
    media = media_json(effect.media) | {"channel": act.channel} if effect.media else None
    asked = requests.add(
        act.conn,
        person_id=act.known_person(),
        unit_id=unit.id if unit else _campaigns_unit(act),
        kind=effect.kind,
        at=act.now,
        media=media,
        channel=act.channel,
        chat=act.chat,
    )
    _show_helpers(act, asked)
    return None


def ask_for_unit(act: Act, effect: AskForUnit) -> Results:
    person = act.known_person()
    people.set_person(act.conn, person, {"unit_words": effect.words[:200]})
    asked = requests.add(
        act.conn,
        person_id=person,
        unit_id=_campaigns_unit(act),
        kind="unit",
        at=act.now,
        words=effect.words,
        channel=act.channel,
        chat=act.chat,
    )
    _show_helpers(act, asked)
    return None


def _campaigns_unit(act: Act) -> int | None:
    """Whose officers are asked where the person's unit is not known: those who run the only campaign there is."""
    return act.facts.campaigns[0].unit_id if len(act.facts.campaigns) == 1 else None


def _show_helpers(act: Act, request_id: int, *before: Words) -> None:
    """A card to each of those who may see to it: the support team and officers of the nearest level that has any."""
    row = _full(act, request_id)
    asked = help_desk.full(act.conn, act.tools.registry, row, act.now)
    asked = replace(asked, words="") if before and asked.kind != "unit" else asked  # what is new is said already
    messenger = act.tools.messenger
    for to in messenger.in_charge(people.caretakers(act.conn, row.unit_id), row.channel, row.person_id):
        card = words.card(asked, to.person_id, act.now, *before)
        shown = words.with_voice(card, asked, to.channel, to.language, to.person_id)
        key = f"request:{request_id}:{act.channel}:{act.update}"
        telling = Telling(to, shown, say("request.hint"), key, row.person_id)
        messenger.tell(act.conn, telling, act.now)


# ---------------------------------------------------------------- those who help


def take(act: Act, effect: d.TakeRequest) -> Results:
    row = _held(act, effect.id, rights.HELP)
    if not requests.take(act.conn, effect.id, Taken(act.known_person(), act.now, effect.before)):
        raise NotAllowed("request.meanwhile")
    act.note("request.take", unit_id=row.unit_id, request=effect.id)
    me = act.facts.person.name
    taken = words.talking(effect.id, say("talk.taken", name=me or say("preview.somebody")))
    _to_asker(act, row, taken, say("talk.more"))
    if effect.before is not None and effect.before != act.person_id:
        full = help_desk.full(act.conn, act.tools.registry, _full(act, effect.id), act.now)
        _to(act, effect.before, row, reply(words.head(full), words.taken(full, act.now)))
    return None


def answer(act: Act, effect: d.AnswerRequest) -> Results:
    row = _mine(act, effect.id)
    shown = words.said_to_asker(effect.id, act.facts.person.name, effect.text)
    _to_asker(act, row, shown)
    act.note("request.answer", unit_id=row.unit_id, request=effect.id)
    return None


def finish(act: Act, effect: d.FinishRequest) -> Results:
    row = _held(act, effect.id, rights.HELP)
    if row.taken_by not in (None, act.person_id):
        raise NotAllowed("request.meanwhile")
    if row.taken_by is None:
        requests.take(act.conn, effect.id, Taken(act.known_person(), act.now))
    _close(act, row)
    act.note("request.done", unit_id=row.unit_id, request=effect.id)
    return None


def propose(act: Act, effect: d.ProposeFiling) -> Results:
    """What was typed is shown to the person; what was typed before for the same request no longer stands."""
    row = _mine(act, effect.id)
    act.must(rights.TYPE, int(effect.answers["unit"]["id"]))
    number = int((row.proposal or {}).get("n", 0)) + 1
    proposal = {**effect.answers, "n": number}
    requests.propose(act.conn, effect.id, proposal)
    _to_asker(act, row, words.typed_card(effect.id, proposal, act.facts.person.name))
    act.note("request.type", unit_id=row.unit_id, request=effect.id)
    return None


def place(act: Act, effect: d.PlaceRequester) -> Results:
    """The person's unit, known at last; what they typed may be a name of it from now on."""
    row = _held(act, effect.id, rights.HELP)
    act.must(rights.PLACE, effect.unit_id)
    people.set_person(act.conn, row.person_id, {"unit_id": effect.unit_id, "unit_words": None})
    if effect.alias and row.kind == "unit" and row.words:
        act.must(rights.ALIAS, effect.unit_id)
        aliases.remember(act.conn, effect.unit_id, row.words, fold(row.words))
    unit = act.tools.registry.unit(act.conn, effect.unit_id, act.now)
    if row.kind == "unit":
        _close(act, row)
    else:
        requests.belongs_to(act.conn, effect.id, effect.unit_id)
    act.note("request.place", unit_id=effect.unit_id, request=effect.id, alias=effect.alias)
    _to_asker(act, row, reply(say("talk.placed", unit=unit.name if unit else "?")))
    return None


# ---------------------------------------------------------------- the person who asked


def say_in_talk(act: Act, effect: d.SayInTalk) -> Results:
    """To whoever looks after it; where nobody does, or that person cannot (any more), to all who may, and it is theirs
    to take. Before consent no word of a person is kept.
    """
    row = _own(act, effect.id)
    said = say("talk.from_asker", name=act.facts.person.name or "?", text=effect.text)
    able = row.taken_by is not None and act.may(rights.HELP, row.unit_id, by=row.taken_by)
    to = act.tools.messenger.address(act.conn, row.taken_by) if able else None
    if to is None:
        if row.taken_by is not None:
            requests.let_go(act.conn, effect.id, row.taken_by)
        _show_helpers(act, effect.id, said)
    else:
        full = replace(help_desk.full(act.conn, act.tools.registry, _full(act, effect.id), act.now), words="")
        _to(act, row.taken_by, row, words.card(full, row.taken_by, act.now, said))
    if act.facts.person.consented and row.kind != "unit":
        requests.say_words(act.conn, effect.id, effect.text)
    return None


def decline(act: Act, effect: d.DeclineProposal) -> Results:
    row = _own(act, effect.id)
    requests.propose(act.conn, effect.id, None)
    if row.taken_by is not None:
        _to(act, row.taken_by, row, reply(say("typed.no", name=act.facts.person.name or "?")))
    return None


def typed_by(act: Act, request_id: int) -> int | None:
    """Who typed what the person agrees to file now; None where it is filed already, or none of theirs."""
    row = requests.lock(act.conn, request_id)
    if row is None or row.person_id != act.person_id or row.done_at is not None or not row.proposal:
        return None
    return int(row.taken_by) if row.taken_by is not None else None


def agreed(act: Act, request_id: int, code: str) -> None:
    """It is filed: whoever typed it is told, and the request is done."""
    row = _own(act, request_id)
    _to(act, row.taken_by, row, reply(say("typed.filed", name=act.facts.person.name or "?", number=code)))
    _close(act, row)


# ---------------------------------------------------------------- within


def _full(act: Act, request_id: int) -> AnyRow:
    row = requests.find(act.conn, request_id, CONSENT_VERSION)
    if row is None:
        raise NotAllowed("request.is_done")
    return row


def _held(act: Act, request_id: int, right: str) -> AnyRow:
    """The request, locked and open, of a unit in which the person may do this."""
    row = requests.lock(act.conn, request_id)
    if row is None or row.done_at is not None:
        raise NotAllowed("request.is_done")
    act.must(right, row.unit_id)
    return row


def _mine(act: Act, request_id: int) -> AnyRow:
    """As `_held`, and looked after by this person, from now on at the latest."""
    row = _held(act, request_id, rights.HELP)
    if row.taken_by is None:
        requests.take(act.conn, request_id, Taken(act.known_person(), act.now))
    elif row.taken_by != act.person_id:
        raise NotAllowed("request.meanwhile")
    return row


def _own(act: Act, request_id: int) -> AnyRow:
    """What the person asked for, locked and open."""
    row = requests.lock(act.conn, request_id)
    if row is None or row.person_id != act.person_id or row.done_at is not None:
        raise NotAllowed("talk.over")
    return row


def _close(act: Act, row: AnyRow) -> None:
    stored = (row.media or {}).get("stored")
    act.files.extend([str(stored)] if stored else [])
    requests.finish(act.conn, row.id, act.now)


def _to_asker(act: Act, row: AnyRow, shown: Reply, here: Say | None = None) -> None:
    """To the person who asked; kept where that person cannot be reached. `here`: as of a `Telling`."""
    messenger, key = act.tools.messenger, f"talk:{row.id}:{act.channel}:{act.update}"
    to = messenger.address(act.conn, row.person_id, row.channel, row.chat)
    if to is None:
        messenger.keep(act.conn, row.person_id, shown, key, act.now)
    else:
        messenger.tell(act.conn, Telling(to, shown, say("talk.hint"), key, row.person_id, here), act.now)


def _to(act: Act, helper: int, row: AnyRow, shown: Reply) -> None:
    to = act.tools.messenger.address(act.conn, helper)
    if to is not None:
        key = f"request:{row.id}:{act.channel}:{act.update}"
        act.tools.messenger.tell(act.conn, Telling(to, shown, say("request.hint"), key, row.person_id), act.now)
