"""The command line's words and settings, in the language the settings name."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

import click
from pydantic import ValidationError

from bot.config import PREFIX, Settings, unknown_names
from handlers.talk import Say
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


def settings() -> Settings:
    """The settings. A wrong or misspelt one ends the command with what to mend."""
    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        fail("cli.settings_bad", name=f"{PREFIX}{first['loc'][0]}".upper(), problem=first["msg"])
    if unknown := unknown_names():
        click.echo(say_cli("cli.settings_unknown", names=", ".join(unknown)), err=True)
    return found
