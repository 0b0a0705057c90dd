"""Formulas and error values in a workbook: calamine shows a formula as its last result and an error as a blank cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from posixpath import join, normpath
from xml.parsers import expat
from zipfile import ZipFile

from bot.registry.problems import Unreadable
from handlers.talk import say

Odd = Mapping[tuple[int, int], str]  # (row, column), both counted from 0 -> "formula" | "error"
Start = Callable[[str, dict[str, str]], None]

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
_XLSX_HAS = re.compile(rb"<(?:\w+:)?f[\s/>]|\bt=[\"']e[\"']")
_MOST_COLUMNS = 16_384


def odd_cells(archive: ZipFile) -> dict[str, Odd]:
    """By sheet name. Raises Unreadable for a document type declaration, which no spreadsheet program writes."""
    if "content.xml" in archive.namelist():
        return _of_ods(archive.read("content.xml"))
    return _of_xlsx(archive)


def _of_xlsx(archive: ZipFile) -> dict[str, Odd]:
    paths = _sheet_paths(archive)
    return {name: _of_worksheet(archive.read(path)) for name, path in paths.items()}


def _sheet_paths(archive: ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}
    names: dict[str, str] = {}  # relation id -> sheet name

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = normpath(join("xl", attributes["Target"])).lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            found = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            names[found] = attributes["name"]

    present = set(archive.namelist())
    if not {"xl/_rels/workbook.xml.rels", "xl/workbook.xml"} <= present:
        return {}
    _walk(archive.read("xl/_rels/workbook.xml.rels"), relation)
    _walk(archive.read("xl/workbook.xml"), sheet)
    return {name: targets[key] for key, name in names.items() if targets.get(key) in present}


def _of_worksheet(xml: bytes) -> Odd:
    if not _XLSX_HAS.search(xml):
        return {}
    odd: dict[tuple[int, int], str] = {}
    here = (-1, -1)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal here
        if tag == "c" and (found := _REFERENCE.fullmatch(attributes.get("r", ""))):
            here = (int(found[2]) - 1, _column_number(found[1]))
            if attributes.get("t") == "e":
                odd[here] = "error"
        elif tag == "f":
            odd.setdefault(here, "formula")

    _walk(xml, start)
    return odd


def _of_ods(xml: bytes) -> dict[str, Odd]:
    reader = _OdsReader()
    _walk(xml, reader.start, reader.end)
    return reader.sheets


class _OdsReader:
    """Counts rows and cells, some of which stand for many of their kind."""

    def __init__(self) -> None:
        self.sheets: dict[str, Odd] = {}
        self._odd: dict[tuple[int, int], str] = {}
        self._row = self._column = 0
        self._repeat = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._odd, self._row = {}, 0
            self.sheets[attributes.get("table:name", "")] = self._odd
        elif tag == "table-row":
            self._column, self._repeat = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell(attributes)

    def end(self, tag: str) -> None:
        if tag == "table-row":
            self._row += self._repeat

    def _cell(self, attributes: dict[str, str]) -> None:
        kind = ""
        if attributes.get("calcext:value-type") == "error":
            kind = "error"
        elif "table:formula" in attributes:
            kind = "formula"
        width = int(attributes.get("table:number-columns-repeated", 1))
        if kind:
            for column in range(self._column, min(self._column + width, _MOST_COLUMNS)):
                self._odd[self._row, column] = kind
        self._column += width


def _walk(xml: bytes, start: Start, end: Callable[[str], None] | None = None) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attributes: start(_local(tag), attributes)
    if end:
        parser.EndElementHandler = lambda tag: end(_local(tag))
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Unreadable(say("registry.file.broken")) from error


def _no_doctype(*_: object) -> None:
    """Entities are declared there, and a few of them can blow up to gigabytes."""
    raise Unreadable(say("registry.file.broken"))


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
