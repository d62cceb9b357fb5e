"""Reads databases of SQLite: one article per row of a table, or of what `--query` asks for.

The database is opened so that not a byte of it changes and no file appears beside it. One with
changes in a write-ahead log or a journal that are not in it yet is read from a temporary copy.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

from searchkit.corpus.key_sets import FIELD_KEYS, FULL_TEXT_KEYS, normal_key
from searchkit.corpus.limits import GB, MB
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, Record, Unreadable
from searchkit.corpus.readers.binary_values import decode_values
from searchkit.corpus.table_formats import SQLITE_JOURNALS

MAX_COPY_SIZE = 4 * GB
"""Maximum size in bytes of a database that is copied."""
MAX_SECONDS_PER_ROW = 300
"""Maximum time in seconds that a query may take to its next row."""
MAX_COMPUTED = 8
"""Maximum number of computed columns. Each may be as long as an article, in a small file."""
MAX_CACHE = 8 * MB
"""Maximum size in bytes of the pages in memory. A limit of the heap would hold for all databases of
the process, and could not be lifted again."""
_STEPS_PER_CHECK = 100_000
_SHADOWS = (
    *("_content", "_segments", "_segdir", "_docsize", "_stat", "_idx", "_data", "_config", "_node", "_parent", "_rowid"),
)
"""What the names of tables end in that virtual tables keep their data in."""
_BODIES = tuple(FIELD_KEYS["body"].split())
_OTHERS = frozenset(f"{FIELD_KEYS['title']} {FIELD_KEYS['date']}".split())
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
_HIDDEN, _COMPUTED = 1, 2
"""How PRAGMA table_xinfo marks columns that SELECT * leaves out, and those that are computed."""
_MAX_NAMED = 5
"""Maximum number of tables that a message names."""


class _Table(NamedTuple):
    name: str
    columns: tuple[str, ...]
    key: str
    """The column of the primary key, "" for none or several."""
    is_virtual: bool
    computed: int
    """The number of columns that are computed from others when a row is read."""


def read_sqlite(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the rows of a database."""
    try:
        with _opened(file) as path, closing(_connect(path, options)) as database:
            yield from _rows(database, options)
    except sqlite3.Error as error:
        raise Unreadable(_reason(error, options)) from error
    except (UnicodeDecodeError, OverflowError) as error:  # names and messages of a damaged one
        raise Unreadable(f"the database cannot be read: {error}") from error
    except OSError as error:
        raise Unreadable(f"it cannot be copied to be read: {error.strerror or error}") from error


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[str]:
    """The URI of a database, or of a copy of it."""
    path = _path_of(file)
    journals = [f"{path}{end}" for end in SQLITE_JOURNALS if path and _size(f"{path}{end}")]
    if path and not journals:
        yield f"{Path(path).as_uri()}?mode=ro&immutable=1"
        return
    size = file.seek(0, os.SEEK_END) + sum(map(_size, journals))
    if size > MAX_COPY_SIZE:
        name = shlex.quote(path or "FILE")
        raise Unreadable(
            "a program that writes to it has left changes beside it; close that program, or run:"
            f" sqlite3 {name} 'pragma wal_checkpoint(truncate)'"
        )
    with tempfile.TemporaryDirectory(prefix="searchkit-") as folder:
        copy = Path(folder) / "copy.db"
        file.seek(0)
        with copy.open("wb") as target:
            shutil.copyfileobj(file, target, 2**20)
        for journal in journals:
            shutil.copyfile(journal, f"{copy}{journal[len(path) :]}")
        yield copy.as_uri() + ("" if journals else "?mode=ro&immutable=1")


def _path_of(file: IO[bytes]) -> str:
    """The path of a file on disk that is open; "" for any other."""
    try:
        number = file.fileno() if isinstance(getattr(file, "name", None), int | str | bytes) else -1
        path = Path(f"/proc/self/fd/{number}").readlink() if number >= 0 else None
        return str(path) if path and os.path.samestat(path.stat(), os.fstat(number)) else ""
    except (OSError, ValueError, AttributeError):
        return ""


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def _connect(uri: str, options: ReadOptions) -> sqlite3.Connection:
    database = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    database.text_factory = bytearray  # tells texts from other data
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, options.limits.max_article)
    for pragma in (
        f"cache_size=-{MAX_CACHE // 1024}",
        "temp_store=file",
        "trusted_schema=off",
        "cell_size_check=on",
        "mmap_size=0",
    ):
        database.execute(f"pragma {pragma}")
    return database


def _rows(database: sqlite3.Connection, options: ReadOptions) -> Iterator[Record]:
    deadline = [0.0]
    database.set_progress_handler(lambda: time.monotonic() > deadline[0], _STEPS_PER_CHECK)
    deadline[0] = time.monotonic() + MAX_SECONDS_PER_ROW
    key = ""
    query = options.query
    if not query:
        table = _choose_table(_tables(database), database, options)
        query, key = _select_all(table), table.key
        if table.computed > MAX_COMPUTED:
            raise Unreadable(f"it has {table.computed} computed columns, more than {MAX_COMPUTED}; choose some by --query")
    database.set_authorizer(_authorize)
    cursor = database.execute(query)
    if cursor.description is None:
        raise Unreadable("the query of --query is no SELECT")
    names = _names([column[0] for column in cursor.description])
    at_key = names.index(key) if key in names else -1
    number = 0
    for number, row in enumerate(cursor, 1):
        yield partial(_parse, names, row, at_key, number, options)
        deadline[0] = time.monotonic() + MAX_SECONDS_PER_ROW


def _parse(names: tuple[str, ...], row: tuple[Any, ...], at_key: int, number: int, options: ReadOptions) -> KeyedRecord:
    values, warnings = decode_values(dict(zip(names, map(_value, row), strict=True)), options)
    key = str(values[names[at_key]]) if at_key >= 0 and values[names[at_key]] is not None else ""
    return KeyedRecord(values, warnings=warnings, location=f"row {number}", key=key)


def _value(value: Any) -> Any:
    """A value; one that SQLite calls a text and is no UTF-8 is bytes."""
    if type(value) is not bytearray:
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return bytes(value)


def _names(names: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        again, key = 2, name
        while key in found:
            key, again = f"{name} ({again})", again + 1
        found[key] = None
    return tuple(found)


def _authorize(action: int, name: str | None, *_: Any) -> int:
    """Allow nothing but reading; tables of FTS5 ask for the version of the data themselves."""
    is_version = action == sqlite3.SQLITE_PRAGMA and name == "data_version"
    return sqlite3.SQLITE_OK if action in _ALLOWED or is_version else sqlite3.SQLITE_DENY


def _tables(database: sqlite3.Connection) -> list[_Table]:
    rows = database.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid"
    ).fetchall()
    texts = [tuple(b"" if value is None else value for value in row) for row in rows]
    found = {
        name.decode("utf-8", "replace"): (kind, sql[:40].lower().startswith(b"create virtual")) for name, kind, sql in texts
    }
    virtual = {name for name, (_, is_virtual) in found.items() if is_virtual}
    tables = []
    for name, (kind, is_virtual) in found.items():
        base = next((name[: -len(end)] for end in _SHADOWS if name.endswith(end)), "")
        if name.startswith("sqlite_") or base in virtual or kind == b"view":
            continue
        try:
            columns = database.execute(f"PRAGMA table_xinfo({_quoted(name)})").fetchall()
        except (sqlite3.Error, UnicodeDecodeError):  # a virtual table whose module is not there
            continue
        keys = [row[1].decode("utf-8", "replace") for row in columns if row[5]]
        names = tuple(row[1].decode("utf-8", "replace") for row in columns if row[6] != _HIDDEN)
        computed = sum(row[6] == _COMPUTED for row in columns)
        tables.append(_Table(name, names, keys[0] if len(keys) == 1 else "", is_virtual, computed))
    return tables


def _choose_table(tables: list[_Table], database: sqlite3.Connection, options: ReadOptions) -> _Table:
    """The table that holds articles. Raises Unreadable if there is none, or several."""
    mapped = [normal_key(key) for field, key in options.map if field == "body"]
    best: list[_Table] = []
    best_score = 0
    for table in tables:
        keys = {normal_key(column) for column in table.columns}
        has_body = keys & set(mapped) if mapped else keys & set(_BODIES)
        if not has_body or not _has_rows(database, table):
            continue
        # A full text beside a title or a date is a better sign than a description.
        score = 1 + 4 * bool(has_body & (FULL_TEXT_KEYS | set(mapped))) + 2 * bool(keys & _OTHERS) - table.is_virtual
        if score > best_score:
            best, best_score = [], score
        if score == best_score:
            best.append(table)
    if len(best) == 1:
        return best[0]
    listed = best or tables
    if not listed:
        raise Unreadable("the database has no tables")
    names = ", ".join(f'"{table.name}"' for table in listed[:_MAX_NAMED]) + (", ..." if len(listed) > _MAX_NAMED else "")
    hint = f"--query {shlex.quote(_select_all(listed[0]))}"
    if best:
        raise Unreadable(f"several tables may hold articles ({names}); choose one: {hint}")
    raise Unreadable(f"no table has a column with a usual name of a text ({names}); choose one: {hint} --map body=COLUMN")


def _has_rows(database: sqlite3.Connection, table: _Table) -> bool:
    try:
        return database.execute(f"SELECT 1 FROM {_quoted(table.name)} LIMIT 1").fetchone() is not None  # noqa: S608
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def _select_all(table: _Table) -> str:
    return f"SELECT * FROM {_quoted(table.name)}"  # noqa: S608  # the name is quoted


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else '"' + name.replace('"', '""') + '"'


def _reason(error: sqlite3.Error, options: ReadOptions) -> str:
    text = str(error)
    if text == "interrupted":
        return f"the query gave no row for {MAX_SECONDS_PER_ROW} seconds; ask for less, or add an index to the database"
    if "not authorized" in text or "prohibited" in text:
        return "the query of --query does more than read; expected one SELECT"
    if options.query and isinstance(error, sqlite3.OperationalError | sqlite3.Warning | sqlite3.ProgrammingError):
        return f"the query of --query fails: {text}"
    if "encrypted" in text or "not a database" in text:
        return "it is no database of SQLite, or encrypted or damaged"
    return f"the database cannot be read: {text}"
