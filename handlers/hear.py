"""From an event to what it means for the question that stands: a choice, a text, a file."""

from __future__ import annotations

from handlers.fold import clean, fold
from handlers.form import Heard
from handlers.talk import Choice, Event, Offered, Pressed, Said, Sent, State
from handlers.texts import Texts, numbered
from handlers.words import squeezed


def offered(texts: Texts, language: str, choices: tuple[Choice, ...], with_numbers: bool = True) -> tuple[Offered, ...]:
    """What the state remembers of the choices shown. Labels that fold alike can be told apart by number only."""
    rows = [
        (c.key, c.number if with_numbers else None, squeezed(texts.render(language, c.label)))
        for c in numbered(choices)
    ]
    labels = [label for _, _, label in rows]
    return tuple(Offered(key, number, label if labels.count(label) == 1 else "") for key, number, label in rows)


def hear(state: State, event: Event) -> Heard:
    """A typed number or label (without accents or case), or a button of this question, is its choice; else the text."""
    if isinstance(event, Pressed):
        return Heard(key=event.data.rsplit(":", 1)[-1])
    if isinstance(event, Sent):
        caption = clean(event.media.caption)
        return Heard(text=caption, key=_choice(state, caption), media=event.media)
    if isinstance(event, Said):
        text = clean(event.text)
        return Heard(text=text, key=_choice(state, text))
    return Heard()


def _choice(state: State, text: str) -> str:
    bare = fold(text)
    if bare.isdigit() and len(bare) <= 2:
        return next((o.key for o in state.offered if o.number == int(bare)), "")
    word = squeezed(text)
    return next((o.key for o in state.offered if o.folded and o.folded == word), "") if word else ""
