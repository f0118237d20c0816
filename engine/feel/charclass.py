"""The character classes of XPath's regular expressions, said for re2: `[a-z-[aeiou]]`, `\\w`, `\\p{Lu}`, `\\p{IsCJK…}`.

re2 knows `\\d \\w \\s` in ASCII only, takes `[a-[b]]` for something else and has no blocks. What it cannot say at all
(a negated `\\W`, or one class of properties taken from another) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CASED = re.compile(r"\{L[ult]\}")
LAST = 0x10FFFF
Ranges = list[tuple[int, int]]

CATEGORIES = frozenset(
    {"L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi"}
    | {"Pf", "Po", "Z", "Zs", "Zl", "Zp", "S", "Sm", "Sc", "Sk", "So", "Cc", "Cf", "Co"}
)
BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "CJKCompatibilityIdeographs": (0xF900, 0xFAFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
    "CJKUnifiedIdeographsExtensionB": (0x20000, 0x2A6DF),
}
SPACES: Ranges = [(0x09, 0x0A), (0x0D, 0x0D), (0x20, 0x20)]
INITIAL: Ranges = [  # \i, what an XML name begins with
    (0x3A, 0x3A), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D),
    (0x37F, 0x1FFF), (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF),
    (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF),
]  # fmt: skip
NAMED: Ranges = [*INITIAL, (0x2D, 0x2E), (0x30, 0x39), (0xB7, 0xB7), (0x300, 0x36F), (0x203F, 0x2040)]  # \c
WORD = r"\p{L}\p{M}\p{N}\p{S}"
ASSIGNED = WORD + r"\p{P}\p{Z}"  # and what is not in it is \p{C}


class Unsayable(Exception):
    """A pattern that is wrong, or that re2 has no words for."""


@dataclass
class CharClass:
    """The union of ranges, of properties as re2 writes them, and of properties of which all is meant but these."""

    ranges: Ranges = field(default_factory=list)
    properties: str = ""
    others: list[str] = field(default_factory=list)
    negated: bool = False

    def add(self, other: CharClass) -> None:
        """Make this the union with a class that is not negated."""
        self.ranges += other.ranges
        self.properties += other.properties
        self.others += other.others

    def plain(self) -> Ranges:
        """The class as ranges alone. Raises Unsayable when it has properties."""
        if self.properties or self.others:
            raise Unsayable
        return complement(self.ranges) if self.negated else merged(self.ranges)

    def minus(self, other: CharClass, caseless: bool) -> CharClass:
        """Those of this class that the other has not, also in the other case where case does not count."""
        if caseless and (self.negated or other.negated):
            raise Unsayable
        taken = [*other.plain(), *(_variants(other.ranges) if caseless else ())]
        return CharClass(complement([*complement(self.plain()), *taken]))

    def text(self, caseless: bool) -> str:
        """The class for re2. Raises Unsayable where re2 has no words."""
        inside = "".join(map(_span, merged(self.ranges))) + self.properties
        if caseless and CASED.search(self.properties):
            return self._cased()
        if not self.others:
            return f"[{'^' if self.negated else ''}{inside}]" if inside else _empty(self.negated)
        if not self.negated:
            parts = [f"[{inside}]"] if inside else []
            return "(?:" + "|".join([*parts, *(f"[^{other}]" for other in self.others)]) + ")"
        if inside or len(self.others) > 1:
            raise Unsayable
        return f"[{self.others[0]}]"

    def _cased(self) -> str:
        r"""In XPath `\p{Lu}` stays upper case also where case does not count."""
        if self.ranges or self.others:
            raise Unsayable
        return f"(?-i:[{'^' if self.negated else ''}{self.properties}])"


def _variants(ranges: Ranges) -> Ranges:
    """The same characters in the other case. Raises Unsayable for more than 2000 of them."""
    if sum(high - low + 1 for low, high in ranges) > 2000:
        raise Unsayable
    characters = [chr(code) for low, high in ranges for code in range(low, high + 1)]
    other = {variant for one in characters for variant in (one.lower(), one.upper()) if len(variant) == 1}
    return [(ord(one), ord(one)) for one in other]


def _empty(negated: bool) -> str:
    return rf"[{'' if negated else '^'}\x00-\x{{{LAST:X}}}]"


def _span(span: tuple[int, int]) -> str:
    low, high = span
    return rf"\x{{{low:X}}}" if low == high else rf"\x{{{low:X}}}-\x{{{high:X}}}"


def merged(ranges: Ranges) -> Ranges:
    """The same characters in order, without overlaps."""
    result: Ranges = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(result[-1][1], high))
        else:
            result.append((low, high))
    return result


def complement(ranges: Ranges) -> Ranges:
    """All other characters."""
    result: Ranges = []
    begin = 0
    for low, high in merged(ranges):
        if low > begin:
            result.append((begin, low - 1))
        begin = high + 1
    return [*result, (begin, LAST)] if begin <= LAST else result


def escaped(letter: str) -> CharClass | None:
    """The class behind `\\s \\S \\d \\D \\w \\W \\i \\I \\c \\C`, None for another letter."""
    known = {"s": SPACES, "i": INITIAL, "c": NAMED}
    if (ranges := known.get(letter.lower())) is not None:
        return CharClass(list(ranges) if letter.islower() else complement(ranges))
    if letter in "dD":
        return CharClass(properties=r"\p{Nd}" if letter == "d" else r"\P{Nd}")
    if letter in "wW":
        return CharClass(properties=WORD) if letter == "w" else CharClass(others=[WORD])
    return None


def named(name: str, negated: bool) -> CharClass:
    """The class behind `\\p{name}` and `\\P{name}`. Raises Unsayable when there is none."""
    if name in CATEGORIES:
        return CharClass(properties=rf"\{'P' if negated else 'p'}{{{name}}}")
    if name == "C":
        return CharClass(properties=ASSIGNED) if negated else CharClass(others=[ASSIGNED])
    block = BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
    if block is None:
        raise Unsayable
    return CharClass(complement([block]) if negated else [block])
