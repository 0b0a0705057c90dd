"""Cards: messages whose choices belong to a record (an initiative, a group), not to a question. They work for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers import drafts, engine
from handlers.codes import spoken
from handlers.effects import ForgetPerson, MakeInvite, PostNotice, SetPerson, Withdraw, WithdrawConsent
from handlers.facts import Facts, GroupsOf, Initiative, InitiativeByCode
from handlers.fold import shortened
from handlers.forms import details, initiative, register, unit_change
from handlers.forms.every import FORMS
from handlers.talk import Card, Choice, Need, Reply, State, Turn, Words, reply, say

CLOSE = Choice("leave", say("choice.done"), 0)
DECLINE = Choice("leave", say("choice.no"), 0)
GRAVE = ("withdraw", "erase", "unconsent")  # what is asked about before it is done


def show(state: State, card: Reply) -> Turn:
    """Say a card. The question of a draft under way stays as it is; a number now answers the card."""
    return Turn(state, (card,))


def press(kind: str, record: str, key: str, state: State, facts: Facts) -> Turn | Need:
    """A choice of a card, by button or number. Every right and the record itself are looked at again."""
    if key == CLOSE.key:
        return close(state, facts, *((say("details.unchanged"),) if kind in GRAVE else ()))
    handler = _HANDLERS.get(kind)
    return handler(record, key, state, facts) if handler else close(state, facts)


def close(state: State, facts: Facts, *lines: Words) -> Turn | Need:
    """Done with the card: go on with the question that stood before it, if any."""
    below = replace(state, card="", offered=())
    form = FORMS.get(state.form)
    if form and state.asked != drafts.LEFT:
        return engine.ask(form, below, facts, note=reply(*lines) if lines else None)
    asked = drafts.again(below)
    if asked:
        return replace(asked, replies=tuple(replace(r, text=(*lines, *r.text)) for r in asked.replies))
    return Turn(below, (reply(*(lines or (say("card.closed"),))),))


# ---------------------------------------------------------------- my initiatives


ROWS = 5  # at most so many choices in a message


def mine(state: State, facts: Facts, page: int = 0) -> Turn:
    """XEM: the newest first, with status; a number or a code opens one. Where there are many, `more` turns the page."""
    if not facts.mine:
        return Turn(state, (reply(say("mine.none")),))
    size = ROWS if len(facts.mine) <= ROWS else ROWS - 1
    rows = facts.mine[page * size : (page + 1) * size] or facts.mine[:size]
    choices = tuple(Choice(i.code, _row(i)) for i in rows)
    if len(facts.mine) > ROWS:
        choices = (*choices, Choice("more", say("choice.more")))
    return show(state, reply(say("mine.head"), choices=choices, card=Card("list", str(page))))


def _row(item: Initiative) -> Words:
    return say("mine.row", code=spoken(item.code), title=shortened(item.title, 20), status=say(f"status.{item.status}"))


def open_initiative(code: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None:
        return Turn(state, (reply(say("mine.unknown", code=spoken(code))),))
    return show(state, _initiative_card(found))


def _one(code: str, facts: Facts) -> Initiative | Need | None:
    query = InitiativeByCode(code)
    if query in facts.answers:
        return facts.answers[query]  # type: ignore[no-any-return] # the answer of this query, by its definition
    recent = next((i for i in facts.mine if i.code == code), None)
    return recent or Need((query,))


def _initiative_card(item: Initiative) -> Reply:
    lines: list[Words] = [
        say("mine.card", code=spoken(item.code), status=say(f"status.{item.status}"), title=shortened(item.title, 80)),
        shortened(item.body, 80) if item.body else say("mine.no_body", effect=shortened(item.effect, 50)),
        say("mine.facts", unit=item.unit.short, photos=item.photos),
    ]
    keys = ["idea"] if item.status == "idea" else []
    if item.open and item.status != "withdrawn":
        keys += ["details", "withdraw", "unit"]
    choices = tuple(Choice(key, say(f"mine.{key}")) for key in keys)
    return reply(*lines, choices=(*choices, CLOSE), card=Card("mine", item.code))


def _on_list(page: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key == "more":
        return mine(state, facts, int(page) + 1 if page.isdigit() else 0)
    return open_initiative(key, state, facts)


def _on_mine(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    match key:
        case "details":
            return show(state, details.menu(code, secret=found.confidential))
        case "withdraw":
            return show(state, _withdraw_card(found))
        case "unit":
            answers = {"of": found.id, "code": code, "from": found.unit.id}
            return engine.start(unit_change.FORM, drafts.park(state), facts, answers)
        case "idea" if found.status == "idea":
            return file_idea(found, state, facts)
    return show(state, _initiative_card(found))


def _withdraw_card(item: Initiative) -> Reply:
    ask = "withdraw.ask_idea" if item.status == "idea" else "withdraw.ask"
    yes = Choice("yes", say("withdraw.yes"))
    return reply(say(ask, code=spoken(item.code)), choices=(yes, DECLINE), card=Card("withdraw", item.code))


def file_idea(idea: Initiative, state: State, facts: Facts) -> Turn | Need:
    """An idea that has been tried now: only when it began is asked."""
    draft = f"idea-{idea.id}"
    if state.draft == draft:  # it is being filed already
        return engine.ask(initiative.FORM, state, facts)
    answers: dict[str, Any] = {
        "title": idea.title,
        "body": idea.effect if idea.confidential else idea.body,
        "confidential": idea.confidential,
        "from_idea": idea.id,
        "unit": register.unit_json(idea.unit),
        "campaign": idea.campaign_id,
    }
    if idea.behalf:
        answers |= {"for_other": True, "behalf": idea.behalf}
    return engine.start(initiative.FORM, drafts.park(state), facts, answers, draft)


def _on_withdraw(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if key != "yes" or found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    done = close(state, facts, say("withdraw.done", code=spoken(code)))
    return replace(done, effects=(*done.effects, Withdraw(found.id))) if isinstance(done, Turn) else done


def _on_details(code: str, key: str, state: State, facts: Facts) -> Turn | Need:
    found = _one(code, facts)
    if isinstance(found, Need):
        return found
    if found is None or not found.open:
        return close(state, facts, say("mine.closed", code=spoken(code)))
    if key == "more":
        return show(state, details.menu(code, details.MORE, secret=found.confidential))
    form = details.FORMS.get(key)
    if form is None or (found.confidential and key in details.TELLING):
        return show(state, details.menu(code, secret=found.confidential))
    answers = {"of": found.id, "code": code, "campaign": found.campaign_id, "secret_already": found.confidential}
    return engine.start(form, drafts.park(state), facts, answers)


# ---------------------------------------------------------------- officers: groups and notices


def groups(state: State, facts: Facts) -> Turn | Need:
    """DANG in private: which of my groups gets the notice now?"""
    query = GroupsOf(tuple(r.unit.id for r in facts.person.roles if r.unit))
    if query not in facts.answers:
        return Need((query,))
    rows = facts.answers[query][:5]
    if not rows:
        return Turn(state, (reply(say("post.no_group")),))
    choices = tuple(
        Choice(f"g{g.chat_id}", say("post.group", unit=g.unit.short, kind=say(f"group.{g.kind}"), hour=g.hour))
        for g in rows
    )
    return show(state, reply(say("post.which"), choices=(*choices, CLOSE), card=Card("post", "groups")))


def _on_post(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if not facts.person.is_officer or not key.startswith("g"):
        return close(state, facts)
    done = close(state, facts, say("post.done"))
    return replace(done, effects=(PostNotice(int(key[1:])),)) if isinstance(done, Turn) else done


def link(state: State, facts: Facts) -> Turn:
    """GANNHOM in private: a one-time code that links a group to one of my units."""
    units = [r.unit for r in facts.person.roles if r.unit] or ([facts.person.unit] if facts.person.unit else [])
    if not facts.person.is_officer or not units:
        return Turn(state, (reply(say("not_allowed")),))
    choices = tuple(
        Choice(f"{kind[0]}{u.id}", say("link.choice", unit=u.short, kind=say(f"group.{kind}")))
        for u in units[:2]
        for kind in ("officers", "members")
    )
    return show(state, reply(say("link.ask"), choices=(*choices, CLOSE), card=Card("link", "new")))


def _on_link(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    kinds = {"o": "officers", "m": "members"}
    if not facts.person.is_officer or key[:1] not in kinds or not key[1:].isdigit():
        return close(state, facts)
    done = close(state, facts, say("link.code"))
    effect = MakeInvite(int(key[1:]), kinds[key[0]])
    return replace(done, effects=(effect,)) if isinstance(done, Turn) else done


# ---------------------------------------------------------------- my data, my language


def confirm(kind: str, state: State) -> Turn:
    """XOADULIEU, RUTDONGY: said plainly what it means, done only after a yes."""
    yes = Choice("yes", say(f"{kind}.yes"))
    return show(state, reply(say(f"{kind}.ask"), choices=(yes, DECLINE), card=Card(kind, "me")))


def _on_erase(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes":
        return close(state, facts)
    return Turn(
        State(version=state.version + 1, language=state.language), (reply(say("erase.done")),), (ForgetPerson(),)
    )


def _on_unconsent(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    if key != "yes":
        return close(state, facts)
    fresh = State(version=state.version + 1, language=state.language)
    return Turn(fresh, (reply(say("unconsent.done")),), (WithdrawConsent(),))


def languages(state: State) -> Turn:
    choices = (Choice("vi", "Tiếng Việt"), Choice("en", "English"))
    return show(state, reply(say("language.ask"), choices=choices, card=Card("language", "me")))


def _on_language(_: str, key: str, state: State, facts: Facts) -> Turn | Need:
    return set_language(key, state, facts)


def set_language(language: str, state: State, facts: Facts) -> Turn | Need:
    """Everything from here on is said in it, the present question first."""
    changed = replace(state, language=language)
    done = close(changed, facts, say("language.done"))
    return replace(done, effects=(SetPerson({"language": language}),)) if isinstance(done, Turn) else done


_HANDLERS: dict[str, Callable[[str, str, State, Facts], Turn | Need]] = {
    "list": _on_list,
    "mine": _on_mine,
    "withdraw": _on_withdraw,
    "them": _on_details,
    "post": _on_post,
    "link": _on_link,
    "erase": _on_erase,
    "unconsent": _on_unconsent,
    "language": _on_language,
}
