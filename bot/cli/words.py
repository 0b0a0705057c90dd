"""The command line's words and settings, in the language the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NoReturn

import click
from pydantic import ValidationError

from bot.config import PREFIX, Settings, unknown_names
from handlers.talk import Say, say
from handlers.texts import LANGUAGES, Texts


@cache
def texts() -> Texts:
    return Texts.load()


@cache
def language() -> str:
    """Vietnamese unless the settings say otherwise; a set-up that is wrong elsewhere is told about later."""
    try:
        chosen = Settings().language
    except ValidationError:
        chosen = "vi"
    return chosen if chosen in LANGUAGES else "vi"


def say_cli(key: str, **values: Any) -> str:
    return texts().render(language(), Say(key, values))


def fail(key: str, **values: Any) -> NoReturn:
    """Say what is wrong and end with 1."""
    click.echo(say_cli(key, **values), err=True)
    raise SystemExit(1)


def _problem(error: Mapping[str, Any]) -> Say:
    """In our words where they are known; pydantic's own in quotes."""
    kind = str(error["type"])
    for name in ("ge", "gt", "le", "lt"):
        if name in error.get("ctx", {}):
            return say(f"cli.bad_{name}", bound=f"{error['ctx'][name]:g}")
    if kind.startswith(("int_", "float_")):
        return say("cli.bad_whole" if kind.startswith("int_") else "cli.bad_number")
    if kind.startswith("bool_"):
        return say("cli.bad_bool")
    return say("cli.bad_other", words=error["msg"])


def settings() -> Settings:
    """The settings. A wrong or misspelt one ends the command with what to mend."""
    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper().removeprefix(PREFIX)}"  # what is unknown has it already
        if first["type"] == "extra_forbidden":
            fail("cli.settings_unknown", names=name)
        fail("cli.settings_bad", name=name, problem=_problem(first))
    if unknown := unknown_names():
        click.echo(say_cli("cli.settings_unknown", names=", ".join(unknown)), err=True)
    return found
