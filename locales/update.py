"""`make messages`: brings both catalogues in step with the keys the code and the long texts use.

New keys get an empty text (a test fails until it is written); keys nobody uses any more are named and taken out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY = re.compile(r"""(?<![\w.])[a-z][a-z0-9]*(?:[._][a-z0-9_]+)+(?![\w(])""")
SUFFIX = re.compile(r"""f["']\{[a-z_]+\}(\.[a-z_]+)["']""")
MSGID = re.compile(r'^msgid "(.*)"$', re.MULTILINE)
PREFIX = re.compile(r"""f["']([a-z0-9_.]*?[._])\{|["']([a-z0-9_.]*[._])["'] ~""")


def used(keys: set[str]) -> set[str]:
    """The keys that stand in the code or a template, whole or by their beginning or end (`f"status.{…}"`)."""
    whole: set[str] = set()
    begun: set[str] = set()
    ended: set[str] = set()
    for text in _sources():
        whole.update(KEY.findall(text))
        begun.update(python or template for python, template in PREFIX.findall(text))
        ended.update(SUFFIX.findall(text))
    return {
        key
        for key in keys
        if key in whole or key.startswith(tuple(begun)) or key.endswith(tuple(ended)) or "." not in key
    }


def asked() -> set[str]:
    """The keys that the code asks for by `say("…")` and the templates by `t("…")`; by `counted("…")` two at a time."""
    call = re.compile(r"""\b(say|t|counted)\(\s*["']([a-z0-9_.]*[a-z0-9_])["']""")
    found = [pair for text in _sources() for pair in call.findall(text)]
    return {key for _, key in found} | {f"{key}.of" for name, key in found if name == "counted"}


def _sources() -> Iterator[str]:
    for folder in ("handlers", "bot", "scheduler"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".j2"}:
                yield path.read_text(encoding="utf-8")
    for path in (ROOT / "locales" / "templates").rglob("*.j2"):
        yield path.read_text(encoding="utf-8")


def updated(text: str, missing: Iterable[str], unused: set[str]) -> str:
    """The catalogue with empty entries for what is missing, without what is unused; the rest stays as written."""
    blocks = [block for block in text.rstrip("\n").split("\n\n") if not unused & set(MSGID.findall(block))]
    return "\n\n".join([*blocks, *(f'msgid "{key}"\nmsgstr ""' for key in sorted(missing))]) + "\n"


def main() -> int:
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/messages.po")):
        text = path.read_text(encoding="utf-8")
        keys = {key for key in MSGID.findall(text) if key}
        missing, unused = asked() - keys, keys - used(keys)
        for key in sorted(missing):
            sys.stdout.write(f"{path.parts[-3]}: new {key}\n")
        for key in sorted(unused):
            sys.stdout.write(f"{path.parts[-3]}: not used any more: {key}\n")
        if missing or unused:
            path.write_text(updated(text, missing, unused), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
