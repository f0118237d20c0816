"""A CSV file from anywhere: its encoding and delimiter found out, its rows handed on one at a time.

UTF-8 (with or without a byte order mark) is tried before GB18030, which reads almost anything; the delimiter is the one
with which the header holds the columns that are asked for.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import Invalid, Problem

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t|"
LARGEST = 512 * 1024 * 1024
COLUMNS = 500
CHUNK = 1 << 20


@dataclass(frozen=True)
class Line:
    """One row by column; `number` is that of a spreadsheet, whose header is row 1; `flaw` says why it is unusable."""

    number: int
    cells: Mapping[str, str]
    flaw: Problem | None = None


@dataclass(frozen=True)
class Table:
    """A CSV file whose header fits; `total` counts its rows."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    total: int = field(compare=False, default=0)

    def lines(self) -> Iterator[Line]:
        """The rows in their order; empty ones are passed over. Raises Invalid where the file cannot be read on."""
        for number, cells in _parsed(self.path, self.encoding, self.delimiter):
            if number == 1 or not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(self.header):
                counts = {"expected": len(self.header), "found": len(cells)}
                yield Line(number, {}, Problem("", "Expected {expected} cells, but got {found}", counts))
            elif any(_control(cell) for cell in cells):
                yield Line(number, {}, Problem("", "Expected text without control characters"))
            else:
                yield Line(number, {name: cell.strip() for name, cell in zip(self.header, cells, strict=True)})


def open_table(path: Path, columns: Collection[str]) -> Table:
    """Look at a file in which `columns` are expected. Raises Invalid with what is missing, or why it cannot be read."""
    if path.stat().st_size > LARGEST:
        raise Invalid("Expected a file of at most {limit} MB: please split it", limit=LARGEST // 1024 // 1024)
    encoding = _encoding(path)
    headers = {delimiter: _header(path, encoding, delimiter) for delimiter in DELIMITERS}
    delimiter = max(headers, key=lambda one: (len(set(columns) & set(headers[one])), len(headers[one])))
    header = headers[delimiter]
    missing = [column for column in columns if column not in header]
    if missing:
        raise Invalid(
            "Expected the columns {missing}, but the file has {header}",
            missing=", ".join(missing),
            header=", ".join(header[:20])[:300],
        )
    if len(header) > COLUMNS or len(set(header)) < len(header):
        raise Invalid("Expected at most {limit} columns, each with a name of its own", limit=COLUMNS)
    found = Table(path, encoding, delimiter, header)
    return Table(path, encoding, delimiter, header, sum(1 for _ in found.lines()))


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Invalid("Expected a text file in UTF-8 or GB18030, but its bytes are neither")


def _header(path: Path, encoding: str, delimiter: str) -> tuple[str, ...]:
    for _, cells in _parsed(path, encoding, delimiter):
        return tuple(cell.strip() for cell in cells)
    return ()


def _parsed(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows. A cell without end (a quotation mark that is never closed) ends the reading with a sentence."""
    with path.open(encoding=encoding, newline="") as file:
        reader, number = csv.reader(file, delimiter=delimiter), 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Invalid("Row {row} cannot be read, nor what follows it: {reason}", row=number, reason=str(error))
            yield number, cells


def _control(text: str) -> bool:
    return any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text)
