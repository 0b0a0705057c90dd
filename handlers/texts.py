"""From text keys to words: the catalogues (`locales/<lang>/LC_MESSAGES`) and long texts (`locales/templates`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from handlers.talk import Choice, Reply, Say, Words

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply in words: what a channel gets."""

    text: str
    choices: tuple[tuple[str, str, int | None], ...]  # key, label, number


class Texts:
    """All catalogues, loaded once. Raises KeyError for a key that a catalogue lacks: a test keeps them complete."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        self._catalogues = catalogues
        self._templates = Environment(
            loader=FileSystemLoader(LOCALES / "templates"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            autoescape=False,  # noqa: S701 # plain text for chats; web pages have an environment of their own
        )

    @staticmethod
    def load(languages: Iterable[str] = LANGUAGES) -> Texts:
        return Texts({language: _catalogue(language) for language in languages})

    def render(self, language: str, words: Words, results: Mapping[str, Any] | None = None) -> str:
        """The words of a `Say` with its values put in; a str as it stands. `results` fill places left open."""
        if isinstance(words, str):
            return words
        values = {name: self._value(language, value, results) for name, value in words.values.items()}
        return self._pattern(language, words.key, values).format_map({**(results or {}), **values})

    def template(self, language: str, name: str, **values: Any) -> str:
        """A long text: `locales/templates/{name}.j2`, in which `t(key, …)` gives the catalogue's words."""

        def t(key: str, **inner: Any) -> str:
            return self.render(language, Say(key, inner))

        return self._templates.get_template(f"{name}.j2").render(t=t, language=language, **values).strip()

    def reply(self, language: str, reply: Reply, results: Mapping[str, Any] | None = None) -> Rendered:
        text = "\n".join(self.render(language, line, results) for line in reply.text)
        choices = numbered(reply.choices)
        return Rendered(text, tuple((c.key, self.render(language, c.label, results), c.number) for c in choices))

    def _value(self, language: str, value: Any, results: Mapping[str, Any] | None) -> Any:
        if isinstance(value, Say):
            return self.render(language, value, results)
        if isinstance(value, tuple | list):
            return ", ".join(str(self._value(language, item, results)) for item in value)
        return value

    def _pattern(self, language: str, key: str, values: Mapping[str, Any]) -> str:
        found = self._catalogues.get(language, self._catalogues["vi"])[key]
        if isinstance(found, str):
            return found
        # catalogues with plural forms: one for Vietnamese, two for English; `n` decides
        return found[0] if len(found) == 1 or values.get("n") == 1 else found[1]


def numbered(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Choices with the numbers they are shown with: 1, 2, 3 … in order, 0 where it was given."""
    out: list[Choice] = []
    for choice in choices:
        count = sum(1 for c in out if c.number != 0)
        out.append(choice if choice.number is not None else replace(choice, number=count + 1))
    return tuple(out)


@cache
def _catalogue(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """Read once in a process: it is the slowest part of a start that is our own."""
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    out: dict[str, str | tuple[str, ...]] = {}
    for entry in entries:
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        if key:
            out[key] = entry.string if isinstance(entry.string, str) else tuple(entry.string or ())
    return out
