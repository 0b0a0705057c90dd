"""`make messages`: brings both catalogues in step with the keys the code and the long texts use.

New keys get an empty text (a test fails until it is written); keys nobody uses any more are named and taken out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEY = re.compile(r"""(?<![\w.])[a-z][a-z0-9]*(?:[._][a-z0-9_]+)+(?![\w(])""")
SUFFIX = re.compile(r"""f["']\{[a-z_]+\}(\.[a-z_]+)["']""")
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
    """The keys that the code asks for by `say("…")` and the templates by `t("…")`."""
    call = re.compile(r"""(?:\bsay|\bt)\(\s*["']([a-z0-9_.]*[a-z0-9_])["']""")
    return {key for text in _sources() for key in call.findall(text)}


def _sources() -> Iterator[str]:
    for folder in ("handlers", "bot", "scheduler"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".j2"}:
                yield path.read_text(encoding="utf-8")
    for path in (ROOT / "locales" / "templates").rglob("*.j2"):
        yield path.read_text(encoding="utf-8")


def main() -> int:
    for path in sorted((ROOT / "locales").glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parts[-3])
        keys = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue if entry.id}
        for key in sorted(asked() - keys):
            catalogue.add(key, "")
            sys.stdout.write(f"{path.parts[-3]}: new {key}\n")
        for key in sorted(keys - used(keys)):
            catalogue.delete(key)
            sys.stdout.write(f"{path.parts[-3]}: not used any more: {key}\n")
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, omit_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
