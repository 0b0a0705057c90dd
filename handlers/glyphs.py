"""Which letters our font (Be Vietnam Pro) can draw, and how wide they are: a picture can neither wrap nor shorten."""

from __future__ import annotations

import unicodedata

from handlers.fold import clean

# Thousandths of the letter size, regular and bold. A test reads the same from the font files.
_WIDE: dict[tuple[int, int], str] = {
    (179, 222): "'",
    (217, 234): "’",
    (230, 230): " ",
    (255, 288): "l",
    (255, 305): "·",
    (258, 290): "I",
    (264, 296): "i",
    (274, 301): "j",
    (275, 296): "ĺ",
    (276, 302): "ìíîïĩīįıỉị",
    (278, 298): "ÌÍÎÏĨĪĮİỈỊ",
    (280, 341): "!¡",
    (286, 335): ".:",
    (287, 262): "‘",
    (294, 304): "‚",
    (303, 346): ",;",
    (314, 336): "¹₁",
    (316, 377): "ľ",
    (318, 391): '"',
    (370, 444): "“",
    (385, 431): "1",
    (386, 409): "f",
    (387, 401): "₇",
    (391, 444): "ť",
    (392, 429): "r",
    (403, 446): "‹›",
    (407, 409): "⁷",
    (407, 456): "”",
    (408, 434): "|¦",
    (415, 453): "⁸₈",
    (417, 457): "⁵",
    (421, 414): "ł",
    (422, 429): "ª",
    (422, 447): "ŕř",
    (426, 480): "{}",
    (427, 463): "₅",
    (428, 438): "tŧ",
    (434, 432): "®",
    (435, 457): "²₂",
    (439, 453): "()",
    (440, 472): "⁰₀",
    (444, 472): "³₃",
    (453, 476): "₄",
    (456, 457): "º",
    (459, 504): "[]",
    (463, 486): "⁴",
    (465, 491): "J",
    (468, 490): "~",
    (470, 481): "⁶⁹₆₉",
    (475, 471): "°",
    (481, 564): "„",
    (485, 531): "\\",
    (485, 532): "∕",
    (497, 513): "*",
    (502, 521): "z",
    (503, 541): "/",
    (504, 567): "¶",
    (508, 537): "s",
    (519, 541): "śşš",
    (553, 569): "•",
    (555, 599): "k",
    (556, 573): "<>",
    (559, 581): "⁄",
    (559, 608): "x",
    (564, 595): "≈",
    (566, 588): "u",
    (571, 584): "≤≥",
    (573, 598): "n",
    (573, 621): "?¿",
    (576, 592): "ư",
    (576, 594): "v",
    (579, 628): "×",
    (583, 597): "y",
    (583, 608): "h",
    (591, 601): "ùúûüũūůűųụủứừửữự",
    (591, 637): "₫",
    (594, 598): "7",
    (594, 667): "¤",
    (598, 611): "ñńň",
    (599, 618): "e",
    (602, 640): "µ",
    (606, 670): "£",
    (608, 607): "-",
    (608, 652): "+",
    (609, 618): "èéêëēėęěẹẻẽếềểễệ",
    (613, 629): "c¢",
    (620, 642): "E",
    (621, 638): "ħ",
    (623, 630): "çćċč",
    (624, 643): "L",
    (630, 646): "ÈÉÊËĒĖĘĚẸẺẼẾỀỂỄỆ",
    (633, 644): "F",
    (634, 647): "ĹĽ",
    (634, 668): "8",
    (635, 666): "S",
    (636, 661): "−",
    (640, 659): "ð",
    (642, 658): "aoø",
    (642, 669): "ơ",
    (643, 659): "g",
    (644, 679): "PÞ",
    (644, 739): "«»",
    (645, 649): "$",
    (647, 669): "±",
    (649, 660): "Ł",
    (650, 686): "TŦ",
    (651, 664): "2",
    (652, 651): "ỡ",
    (652, 658): "òóôõöōőọỏốồổỗộớờởợ",
    (652, 668): "bdpqþ",
    (653, 663): "àáâãäåāăąạảấầẩẫậắằẳẵặ",
    (655, 655): "¬",
    (658, 663): "ğġǧḡ",
    (660, 667): "Z",
    (660, 680): "3",
    (660, 682): "5",
    (662, 684): "đ",
    (664, 714): "÷",
    (665, 718): "Y¥",
    (668, 712): "R",
    (674, 709): "B",
    (674, 712): "ẞ",
    (676, 700): "0",
    (676, 713): "ß",
    (678, 716): "ŔŘ",
    (679, 716): "K",
    (680, 700): "69",
    (682, 704): "–",
    (682, 722): "†‡",
    (692, 710): "§",
    (702, 736): "_",
    (702, 753): "ď",
    (706, 745): "V",
    (709, 732): "H",
    (710, 720): "4",
    (720, 769): "X",
    (725, 738): "U",
    (726, 752): "=",
    (726, 863): "…",
    (728, 751): "D",
    (729, 688): "€",
    (732, 749): "N",
    (736, 769): "A",
    (738, 755): "Ď",
    (740, 763): "&",
    (745, 746): "ÙÚÛÜŨŪŮŰŲƯỤỦỨỪỬỮỰ",
    (752, 757): "ÑŃŇ",
    (767, 844): "⅝",
    (775, 780): "C",
    (775, 785): "Ħ",
    (780, 742): "⅞",
    (781, 807): "¼",
    (783, 790): "G",
    (788, 784): "ÐĐ",
    (792, 811): "⅛",
    (797, 826): "¾",
    (800, 802): "½",
    (807, 845): "#",
    (808, 830): "⅜",
    (822, 826): "Q",
    (826, 803): "©",
    (826, 828): "OØ",
    (834, 858): "™",
    (849, 871): "%",
    (853, 888): "M",
    (868, 869): "—",
    (870, 884): "w",
    (893, 896): "m",
    (966, 956): "æ",
    (975, 1033): "ŴẀẂẄ",
    (1000, 1042): "Œ",
    (1005, 1018): "@",
    (1005, 1057): "W",
    (1020, 1042): "Æ",
    (1025, 1014): "œ",
    (1225, 1257): "‰",
}
# As wide as the letter below their marks.
_MARKED = "ÀÁÂÃÄÅÇÒÓÔÕÖÝýÿĀĂĄĆĊČĞĠŌŐŚŞŠŢţŤŵŶŷŸŹźŻżŽžƠǦḠẁẃẅẠẢẤẦẨẪẬẮẰẲẴẶỌỎỐỒỔỖỘỚỜỞỠỢỲỳỴỵỶỷỸỹ≠"
_WIDTHS = {letter: widths for widths, letters in _WIDE.items() for letter in letters}
_WIDTHS |= {letter: _WIDTHS[unicodedata.normalize("NFD", letter)[0]] for letter in _MARKED}
_ELLIPSIS = "\u2026"


def drawable(text: str) -> str:
    """NFC on one line, without what the font lacks (emoji, other scripts): that would be drawn as nothing at all."""
    return " ".join("".join(_known(letter) for letter in clean(text)).split())


def _known(letter: str) -> str:
    if letter in _WIDTHS:
        return letter
    kind = unicodedata.category(letter)
    return "-" if kind == "Pd" else " " if kind[0] in "ZC" else ""


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels of a drawable text, a little more than drawn: pairs that are set closer are not known here."""
    return sum(_WIDTHS[letter][bold] for letter in text) * size / 1000


def cut(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text if it fits into so many pixels, else its beginning and "…"."""
    if width(text, size, bold=bold) <= room:
        return text
    end = len(text)
    while end and width(f"{text[:end].rstrip()}{_ELLIPSIS}", size, bold=bold) > room:
        end -= 1
    return f"{text[:end].rstrip()}{_ELLIPSIS}"


def lines(text: str, room: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """The text on at most so many lines, broken between words; the last is cut where it does not fit."""
    words, out = text.split(), list[str]()
    while words:
        taken = 1
        while taken < len(words) and width(" ".join(words[: taken + 1]), size, bold=bold) <= room:
            taken += 1
        if len(out) == most - 1:
            taken = len(words)
        out.append(cut(" ".join(words[:taken]), room, size, bold=bold))
        words = words[taken:]
    return out
