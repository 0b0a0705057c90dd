"""Reads our PDFs back as a viewer does: pages, the fonts in the file, text that can be searched and copied."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\r?\n(.*?)\r?\nendobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\nstream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F\d+\+\d+|F\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj|(T\*|Td|Tm)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)


@dataclass
class Font:
    name: str
    embedded: bool
    letters: dict[int, str] = field(default_factory=dict)


class Pdf:
    def __init__(self, path: Path) -> None:
        self._objects = {int(number): body for number, body in _OBJECT.findall(path.read_bytes())}
        self._pages = [body for body in self._objects.values() if re.search(rb"/Type /Page\b", body)]
        self.images = sum(b"/Subtype /Image" in body for body in self._objects.values())

    @property
    def pages(self) -> int:
        return len(self._pages)

    @property
    def sizes(self) -> set[tuple[float, float]]:
        """Width and height of the pages, in points."""
        boxes = (re.search(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", page) for page in self._pages)
        return {(float(box[1]), float(box[2])) for box in boxes if box}

    @property
    def fonts(self) -> list[Font]:
        return list({font.name: font for page in self._pages for font in self._fonts_of(page).values()}.values())

    def text(self, page: int = 0) -> str:
        """What copying the page gives: a line for each piece that was placed."""
        fonts = self._fonts_of(self._pages[page])
        current, out = Font("", False), ""
        for name, shown, placed in _SHOWN.findall(self._stream(self._number(self._pages[page], b"Contents"))):
            if name:
                current = fonts[name.decode()]
            elif placed:
                out += "\n"
            else:
                out += "".join(current.letters[code] for code in _unescaped(shown))
        return "\n".join(line.strip() for line in out.splitlines() if line.strip())

    def rectangles(self, page: int = 0) -> list[tuple[float, float, float, float]]:
        """Left, bottom, width and height of every rectangle drawn, in order."""
        drawn = self._stream(self._number(self._pages[page], b"Contents"))
        found = re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\b", drawn)
        return [(float(x), float(y), float(wide), float(high)) for x, y, wide, high in found]

    def _fonts_of(self, page: bytes) -> dict[str, Font]:
        listed = self._objects[self._number(page, b"Font")]
        return {name.decode(): self._font(int(at)) for name, at in re.findall(rb"/(F\S+) (\d+) 0 R", listed)}

    def _font(self, at: int) -> Font:
        body = self._objects[at]
        (name,) = re.findall(rb"/BaseFont /(\S+)", body)
        if b"/FontDescriptor" not in body:
            return Font(name.decode(), False)
        described = self._objects[self._number(body, b"FontDescriptor")]
        font = Font(name.decode(), len(self._stream(self._number(described, b"FontFile2"))) > 1000)
        told = re.findall(rb"<(\w{2})> <(\w{4})>", self._stream(self._number(body, b"ToUnicode")))
        font.letters = {int(code, 16): chr(int(letter, 16)) for code, letter in told}
        return font

    def _number(self, body: bytes, key: bytes) -> int:
        found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
        assert found, f"no {key.decode()}"
        return int(found[1])

    def _stream(self, at: int) -> bytes:
        found = _STREAM.match(self._objects[at])
        assert found
        head, data = found.groups()
        if b"ASCII85Decode" in head:
            data = base64.a85decode(data.strip().removesuffix(b"~>"))
        return zlib.decompress(data) if b"FlateDecode" in head else data


def _unescaped(text: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign.isdigit() else {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(sign, sign)

    return _ESCAPED.sub(one, text)
