"""The pages people read first say what the code has: every setting, command, option and word, in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import main
from bot.config import PREFIX, Settings
from handlers.words import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.vi.md")
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / ".env.example")
)
SETTINGS = sorted(f"{PREFIX}{name}".upper() for name in Settings.model_fields)
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:home|root|tmp|work|mnt|opt|Users)/\w*")
HEAVY = {"aiogram", "telegram"}


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def spans(page: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", text(page))


def commands(group: click.Group = main, path: str = "sangkien") -> Iterator[tuple[str, click.Command]]:
    """Every command with the words one types for it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize("page", READMES)
def test_every_setting_has_a_row_and_no_row_is_of_another(page: str) -> None:
    assert sorted(re.findall(rf"^\| `({PREFIX}\w+)`", text(page), re.MULTILINE)) == SETTINGS


def test_the_example_names_every_setting_and_is_itself_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    lines = dict(re.findall(rf"^#?({PREFIX}\w+)=(.*)$", text(".env.example"), re.MULTILINE))
    assert sorted(lines) == SETTINGS

    (tmp_path / ".env").write_text("\n".join(f"{name}={value}" for name, value in lines.items()), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    example, default = Settings().model_dump(), Settings(_env_file=None).model_dump()
    assert {name for name in default if default[name] != example[name]} == {"controller"}, "other than the default"


# ---------------------------------------------------------------- commands and words


@pytest.mark.parametrize("page", READMES)
def test_every_command_and_option_is_told(page: str) -> None:
    rows = [line for line in text(page).splitlines() if line.startswith("| `sangkien ")]
    found = dict(commands())
    assert len(rows) == len(found)
    for path, command in found.items():
        (row,) = [row for row in rows if row.startswith((f"| `{path}`", f"| `{path} "))]
        for parameter in command.params:
            choices = list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else []
            named = [parameter.opts[0]] if isinstance(parameter, click.Option) else []
            assert [word for word in (*named, *choices) if word not in row] == [], path


@pytest.mark.parametrize("page", READMES)
def test_every_word_that_is_understood_is_told(page: str) -> None:
    told = {span.split()[0].lower() for span in spans(page) if span.split()[0].isupper()}
    assert sorted(COMMANDS.keys() - told) == []


@pytest.mark.parametrize("page", ["README.md", "README.vi.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_told_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    told = {span.split()[1] for span in spans(page) if re.match(r"make [a-z]", span)}
    assert told
    assert told - targets == set()


# ---------------------------------------------------------------- the pages themselves


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_exist_and_no_page_names_a_path_of_somebodys_machine(page: str) -> None:
    found = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text(page))
    links = [one or other for one, other in found]
    own = [link.split("#")[0] for link in links if not re.match(r"https?://|#", link)]
    assert [link for link in own if not (ROOT / page).parent.joinpath(link).exists()] == []
    assert MACHINE_PATH.findall(text(page)) == []


def test_both_readmes_are_the_same_page() -> None:
    shapes = [re.findall(r"^(#+ |\| |    \S|- |\d\. |!\[|<img)", text(page), re.MULTILINE) for page in READMES]
    assert shapes[0] == shapes[1]


def test_the_pictures_are_small_enough_to_be_looked_at() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert {name for name, size in sizes.items() if size > 300 * 1024} == set()
    assert {"chat.png", "phone.png"} <= sizes.keys()


# ---------------------------------------------------------------- what is loaded for it


@pytest.mark.parametrize("words", ["--help", "reach --help", "report board --help", "run --help"])
def test_help_loads_no_platform_library(words: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "bot", *words.split()]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in run.stderr.splitlines()}
    assert "Usage: " in run.stdout
    assert "click" in loaded
    assert loaded & HEAVY == set()
