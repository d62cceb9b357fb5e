"""Makes articles of the records of a reader: what is the same for all formats.

Records get ids and locations here, their encodings are detected, failures and warnings are
reported, and of a file that several workers read together only the records of one share are parsed.
"""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, assert_never

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.blocks import Blocks
from searchkit.corpus.companions import FileSet
from searchkit.corpus.datelines import find_dateline
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.encoding_names import SEVEN_BIT
from searchkit.corpus.format_row import Format
from searchkit.corpus.formats import ReaderUnavailable, load_reader
from searchkit.corpus.limits import GB, MB, format_size
from searchkit.corpus.lines import Lines
from searchkit.corpus.path_dates import date_in_path
from searchkit.corpus.reader import (
    NO_TEXT,
    Draft,
    Encoded,
    KeyedRecord,
    LeftOut,
    NoArticle,
    Parsed,
    Record,
    RecordWarning,
    Unreadable,
)
from searchkit.corpus.records import MAX_FIELDS, Encoding, RecordConverter, unread_path
from searchkit.corpus.source import SHARED_AT_ONCE, LocatedArticle, Source
from searchkit.corpus.unpacking import CheckedStream, Damaged, as_file
from searchkit.errors import SearchkitError
from searchkit.model import Article
from searchkit.read_warnings import MAX_TEXT_LENGTH, RECORD_KINDS, ReadWarning

INTERNAL_ERROR = "an internal error"
NO_ENCODING: Encoding = ("", None)
"""The encoding of records that are not decoded from text."""
MAX_COPY_SIZE = GB
"""Maximum size in bytes of a packed file that is unpacked to a temporary file, because its reader
seeks in it."""
_TOO_LARGE = f"it is larger than {MAX_COPY_SIZE // MB} MB; unpack it, for its reader seeks in it"


def read_articles(row: Format, stream: CheckedStream, source: Source, *, shared: bool = True) -> Iterator[LocatedArticle]:
    """Read the articles of a stream in the format of a row; what cannot be read is reported. Raises
    Damaged for damage of the stream. Without `shared`, one worker reads all records.

    A file of another share is read to its end too, so that all shares find the same damage of an
    archive.
    """
    try:
        read = load_reader(row)
    except ReaderUnavailable as error:
        source.fail(str(error))
        return
    if row.split == "by-record" and not shared:
        row = replace(row, split="whole-file")
    is_in_share = row.split == "by-record" or source.is_in_share(1)
    match row.takes:
        case "bytes":
            if data := _read_all(stream, source, is_in_share):
                yield from _StreamReader(row, source).articles(read, data)
        case "files":
            if data := _read_all(stream, source, is_in_share):
                files = FileSet(data, source.full_path, frozenset(source.companions), source.options.limits.max_article)
                yield from _StreamReader(row, source).articles(read, files)
        case "lines" | "blocks" | "stream":
            if is_in_share:
                lines = {"lines": Lines, "blocks": Blocks}[row.takes](stream, source) if row.takes != "stream" else None
                yield from _StreamReader(row, source, lines).articles(read, lines or stream)
            while row.split != "by-record" and stream.read(2**20):
                pass
        case "file":
            with as_file(stream, "the file", MAX_COPY_SIZE, _TOO_LARGE) as file:
                if is_in_share:
                    yield from _StreamReader(row, source).articles(read, file)
        case _:
            assert_never(row.takes)


def _read_all(stream: CheckedStream, source: Source, is_in_share: bool) -> bytes:
    """The bytes of a file, or none for a file of another share or one that is too large, which is
    reported."""
    parts: list[bytes] = []
    size, max_size = 0, source.options.limits.max_article
    while chunk := stream.read(2**20):
        if is_in_share:
            parts.append(chunk)
        size += len(chunk)
        if size > max_size:
            source.fail(
                f"it is larger than {format_size(max_size)}, too large for one article; split it or raise --max-article"
            )
            return b""
    if size == 0:
        source.fail("the file is empty")
    return b"".join(parts)


class _StreamReader:
    """Makes articles of the records of one stream."""

    def __init__(self, row: Format, source: Source, lines: Lines | None = None) -> None:
        self._row, self._source, self._lines = row, source, lines
        self._has_one_article = row.split == "one-article"
        self._records = RecordConverter(source, self._locate)
        self._reports_whole_file = source.is_in_share(1)
        """Whether this share reports what concerns the whole file."""
        self._location = ""
        """The location of the current record, if the record itself says it."""
        self._warning_counts: dict[str, list[int]] = {}
        """By kind of encoding warning: how many records have it, and the number of the first."""
        self._file_warnings: set[RecordWarning] = set()
        self._reports_format = True
        """Whether the format is still to be reported, once a record can be read."""

    def articles(self, read: Callable[..., Iterator[Record]], argument: object) -> Iterator[LocatedArticle]:
        """The articles of this share, with their locations. `argument` is what
        `read` is called with: the bytes, lines, stream or file that `Format.takes` names."""
        number, is_in_share = 0, True
        source, is_split, ordinals = self._source, self._row.split == "by-record", self._source.ordinals
        try:
            for record in read(argument, source.options):
                if type(record) is LeftOut:
                    self._report_left_out(record, number)
                    continue
                number += 1
                if is_split and number % SHARED_AT_ONCE == 1:
                    is_in_share = source.is_in_share(number)
                if not is_in_share:
                    if type(record) is Encoded:
                        self._count_warnings_of_other_share(record, number)
                    continue
                try:
                    article = self._article(record, number)
                except NoArticle as error:
                    self._report_format(number)
                    source.warn("no-article", str(error), self._locate(number))
                except Exception as error:
                    own_location = error.location if isinstance(error, Unreadable) else ""
                    source.fail(self._failure_reason(error), own_location or self._locate(number))
                else:
                    if self._reports_format:
                        self._report_format(number)
                    yield (*ordinals, number), article
        except Exception as error:
            own_location = error.location if isinstance(error, Unreadable) else ""
            source.fail_to_end(self._failure_reason(error), own_location or self._locate_end(number))
        else:
            if number == 0 and not (self._lines is not None and self._lines.failed):
                source.fail("the file holds no records")
        finally:
            for kind, (count, first) in self._warning_counts.items():  # also after damage
                source.warn(kind, f"{count:,} record{'s' * (count > 1)}, the first is record {first}")

    def _report_left_out(self, found: LeftOut, number: int) -> None:
        """Report a text that is in no record; `number` is that of the last record before it."""
        if self._reports_whole_file:
            place = found.location or (f"behind record {number}" if number else "before the first record")
            self._source.warn("left-out", one_line(replace_controls(found.text)), "" if self._has_one_article else place)

    def _report_format(self, number: int) -> None:
        """Report the format at the first record that can be read. It is one of the first share:
        another one cannot know whether the format was reported before."""
        if self._reports_format and number <= SHARED_AT_ONCE:
            self._reports_format = False
            self._source.on_format(self._row.name)

    def _failure_reason(self, error: Exception) -> str:
        """The reason to report for an exception. Those that do not concern the file are raised
        again."""
        if isinstance(error, Unreadable | Undecodable):
            return str(error)
        if isinstance(error, Damaged | SearchkitError):
            raise error
        # A fault of one of many readers must not cost the articles of all other files.
        of_package = f" of the package {self._row.package}" if self._row.package else ""
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return (
            f'{INTERNAL_ERROR} of the reader of the format "{self._row.name}"{of_package}'
            f" ({what}, {_raised_at(error)}); report it to its makers"
        )

    def _locate(self, number: int) -> str:
        if self._has_one_article:
            return ""
        if self._location:
            return self._location
        return f"line {self._lines.number}" if self._row.takes == "lines" and self._lines else f"record {number}"

    def _locate_end(self, number: int) -> str:
        """Where reading ended, behind a record; "" if it is the only one, or none was read."""
        if self._has_one_article or not number:
            return ""
        return (
            f"behind line {self._lines.number}" if self._row.takes == "lines" and self._lines else f"behind record {number}"
        )

    def _article(self, record: Record, number: int) -> Article:
        """The article of a record. Raises Unreadable and Undecodable."""
        encoding = NO_ENCODING if self._lines is None else self._lines.encoding
        self._location = ""
        parsed: Parsed
        if callable(record):
            parsed = record()
        elif isinstance(record, Encoded):
            text, encoding = self._decode(record, number)
            parsed = record.parse(text)
        elif isinstance(record, Unreadable | NoArticle):
            raise record
        else:
            assert not isinstance(record, LeftOut)
            parsed = record
        if isinstance(parsed, KeyedRecord):
            values, self._location = parsed.values, parsed.location
            if len(values) > MAX_FIELDS:
                raise Unreadable(f"the record has {len(values):,} fields, more than {MAX_FIELDS:,}; is it one article?")
            try:
                found = self._records.article(values, number, encoding, parsed.is_plain)
                article = found or self._raise_no_text(values)
            except RecursionError as error:
                raise Unreadable("the record is nested too deeply") from error
            except ValueError as error:
                raise Unreadable(f"the record holds a value that cannot be read: {error}") from error
            if (parsed.is_whole_file or parsed.key) and article.id == self._source.record_id(number):
                article = replace(article, id=self._id_in_file(parsed))
        elif isinstance(parsed, Draft):
            article = self._article_from_draft(parsed, number, encoding)
        else:
            assert_never(parsed)
        if parsed.warnings:
            self._warn(parsed.warnings, number)
        return self._complete(article)

    def _complete(self, article: Article) -> Article:
        """Add what the text and the path say beside the fields: the dateline; the date, if nothing
        else says one."""
        date = article.date
        dateline = "" if "dateline" in article.extra else find_dateline(article.body)
        if not dateline and date is not None:
            return article
        more: dict[str, str] = {}
        if dateline:
            more["dateline"] = dateline
        if date is None and "date" not in article.extra:
            for source, path in (("url", article.url), ("path", self._source.inside)):
                date = date_in_path(path) if path else None
                if date is not None:
                    more["date_source"] = source
                    break
        return replace(article, date=date, extra={**article.extra, **more}) if more else article

    @staticmethod
    def _raise_no_text(values: dict[str, Any]) -> NoReturn:
        path = unread_path(values)
        if not path:
            raise NoArticle(NO_TEXT)
        raise Unreadable(f"{NO_TEXT}; to read its longest text: --map {shlex.quote(f'body={path}')}")

    def _id_in_file(self, record: KeyedRecord) -> str:
        return self._source.record_id_of_key(record.key) if record.key else self._source.id

    def _article_from_draft(self, draft: Draft, number: int, encoding: Encoding) -> Article:
        source = self._source
        return Article(
            source.id if self._is_whole_file(draft) else source.record_id(number, draft.id),
            draft.title,
            draft.body,
            draft.date,
            draft.authors,
            draft.source,
            draft.section,
            draft.topics,
            draft.language,
            draft.url,
            source.path,
            encoding[0],
            encoding[1],
            draft.extra,
        )

    def _is_whole_file(self, draft: Draft) -> bool:
        return (self._has_one_article or draft.is_whole_file) and not draft.id

    def _warn(self, warnings: tuple[RecordWarning, ...], number: int) -> None:
        """Report the warnings of a record.

        One that concerns the whole file is reported by each share that has it, and counts once
        (`WarningTally`).
        """
        for kind, text in warnings:
            if kind in RECORD_KINDS:
                self._source.warn(kind, text, self._locate(number))
            elif (kind, text) not in self._file_warnings:
                self._file_warnings.add((kind, text))
                self._source.on_warning(ReadWarning(kind, self._source.path, text[:MAX_TEXT_LENGTH]))

    def _decode(self, record: Encoded, number: int) -> tuple[str, Encoding]:
        """The text of a record, and its encoding. Raises Undecodable.

        Warnings are reported for the only record of a file, and counted for one of many.
        """
        data, declared = record.data, record.declared
        if declared and not self._source.options.encoding and data.isascii() and declared.lower() not in SEVEN_BIT:
            return data.decode("ascii"), (declared, 1.0)
        decoded = decode(data, self._source.options.encoding, declared)
        for kind, text in decoded.warnings():
            if self._has_one_article:
                self._source.warn(kind, text)
            else:
                self._warning_counts.setdefault(kind, [0, number])[0] += 1
        return decoded.text, (decoded.encoding, decoded.confidence)

    def _count_warnings_of_other_share(self, record: Encoded, number: int) -> None:
        """Count the encoding warnings of a record of another share; records of ASCII have none."""
        if self._reports_whole_file and (self._source.options.encoding or not record.data.isascii()):
            with suppress(Undecodable):
                self._decode(record, number)


def _raised_at(error: Exception) -> str:
    """The file and line where an exception was raised."""
    *_, last = traceback.walk_tb(error.__traceback__)
    frame, line = last
    return f"{Path(frame.f_code.co_filename).name}:{line}"
