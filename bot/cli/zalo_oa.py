"""`sangkien zalo connect`, and what `sangkien zalo status` says of the Official Account."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from bot import zalo_oa_checks
from bot.channels import SendError
from bot.channels.zalo_oa_api import TOKEN_FAULTS, OaError
from bot.channels.zalo_oa_oauth import Granted, NotSent, OAuth, Refused, Unclear
from bot.cli.words import fail, language, say_cli, settings, texts
from bot.config import Settings
from bot.directory import ZONE
from bot.zalo_oa import row_of
from bot.zalo_oa_connect import EXPLORER_SECONDS, Consent, WrongAnswer, consent, store_pair, who
from bot.zalo_problems import of_account, of_consent
from handlers.talk import Say, say
from models import migrate
from models.queries import secrets
from models.store import Store
from scheduler.clock import system_clock


@click.command("connect", help=say_cli("cli.zalo_connect"))
@click.option("--explorer", is_flag=True, help=say_cli("cli.zalo_explorer"))
def connect_command(explorer: bool) -> None:
    chosen = account_settings()
    with opened(chosen) as store:
        oauth = OAuth(chosen.zalo_oa_app_id, chosen.zalo_oa_app_secret.get_secret_value(), chosen.zalo_oa_oauth_url)
        granted = _pasted_pair() if explorer else _consented(chosen, oauth, store.write_now(consent))
        name, unasked = _checked(chosen, granted)
        if unasked and explorer:  # it can be pasted again, and may be anybody's
            fail("zalo_oa.not_stored", problem=unasked)
        store.write_now(store_pair, row_of(chosen), granted, system_clock())
    told = say("zalo_oa.stored", problem=unasked) if unasked else say("zalo_oa.connected", name=name)
    click.echo(texts().render(language(), told))


def account_settings() -> Settings:
    """Ends with 1 where a setting is missing."""
    chosen = settings()
    needed = {
        "SANGKIEN_ZALO_OA_ID": chosen.zalo_oa_id,
        "SANGKIEN_ZALO_OA_APP_ID": chosen.zalo_oa_app_id,
        "SANGKIEN_ZALO_OA_APP_SECRET": chosen.zalo_oa_app_secret.get_secret_value(),
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        fail("zalo_oa.settings", names=", ".join(missing))
    return chosen


@contextmanager
def opened(chosen: Settings) -> Iterator[Store]:
    migrate.upgrade(chosen.database)
    store = Store.open(chosen.database)
    try:
        yield store
    finally:
        store.close()


# ------------------------------------------------------------ the first consent


def _consented(chosen: Settings, oauth: OAuth, asked: Consent) -> Granted:
    """Ends with 1 where Zalo cannot be reached, or (Ctrl-C) when the administrator gives up."""
    callback = chosen.zalo_oa_callback or f"{chosen.public_url or 'https://example.vn'}/"
    click.echo(say_cli("zalo_oa.console", callback=callback, challenge=asked.challenge))
    click.echo(say_cli("zalo_oa.open", link=oauth.consent_url(callback, asked.challenge, asked.state)))
    while True:
        pasted = click.prompt(say_cli("zalo_oa.paste"))
        try:
            return asyncio.run(oauth.exchange(asked.code_of(pasted, chosen.zalo_oa_id), asked.verifier))
        except WrongAnswer as wrong:
            click.echo(say_cli(wrong.key), err=True)
        except Refused as refused:  # the code is spent, whatever was wrong
            click.echo(say_cli("zalo_oa.code_refused", problem=of_consent(refused)), err=True)
        except (NotSent, Unclear) as error:
            fail("zalo_oa.not_reached", problem=of_consent(error))


def _pasted_pair() -> Granted:
    access = click.prompt(say_cli("zalo_oa.paste_access"), hide_input=True).strip()
    refresh = click.prompt(say_cli("zalo_oa.paste_refresh"), hide_input=True).strip()
    return Granted(access, refresh, EXPLORER_SECONDS)


def _checked(chosen: Settings, granted: Granted) -> tuple[str, Say | None]:
    """The account's name, or why Zalo cannot be asked for it: a code is good once, so that loses no pair. Ends with 1
    where the pair is another account's or is not taken.
    """
    proof = chosen.zalo_oa_app_secret.get_secret_value() if chosen.zalo_oa_proof else ""
    try:
        found = asyncio.run(who(chosen.zalo_oa_api_url, granted, proof, system_clock()))
    except (OaError, SendError) as error:
        if isinstance(error, OaError) and error.code in TOKEN_FAULTS:
            fail("zalo_oa.not_taken", problem=of_account(error))
        return "", of_account(error)
    if str(found["oa_id"]) != chosen.zalo_oa_id:
        fail("zalo_oa.other_account")
    return str(found.get("name") or chosen.zalo_oa_id), None


# ------------------------------------------------------------ how it stands


def account_status(chosen: Settings, user: str = "") -> list[str]:
    """Lines for `sangkien zalo status`; of a person by their id on the account: whether they can be written to."""
    with opened(chosen) as store:
        kept = store.read_now(secrets.read, row_of(chosen))
        told = [one.words for one in zalo_oa_checks.connection_of(chosen, store, texts(), system_clock())]
        if user and kept is not None:
            told.append(zalo_oa_checks.window_of(chosen, store, texts(), user, system_clock()))
    lines = [texts().render(language(), words) for words in told]
    if kept is None:
        return lines
    until, renew, dies = (_moment(at) for at in (kept.pair.access_until, kept.pair.renew_at, kept.pair.refresh_until))
    return [say_cli("zalo_oa.status", id=chosen.zalo_oa_id, access=until, renew=renew, refresh=dies), *lines]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%H:%M %d/%m/%Y}"
