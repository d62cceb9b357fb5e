"""SQLite: the table of articles, `--query`, and databases that stay as they are."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import searchkit
from searchkit.corpus import read
from searchkit.corpus.readers import sqlite_tables
from searchkit.errors import OptionError
from searchkit.model import Article
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within


def make(path: Path, *statements: str, journal: str = "delete") -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute(f"pragma journal_mode={journal}")
    database.execute("pragma synchronous=off")  # nothing here is to survive a loss of power
    for statement in statements:
        database.execute(statement)
    return database


def outcome(path: Path, **options: str) -> tuple[list[Article], list[tuple[str, str]]]:
    failures: list[tuple[str, str]] = []
    chosen = {name: [value] for name, value in options.items()}
    found = list(read(path, "L", lambda one: failures.append((one.place, one.reason)), options=chosen))
    return found, failures


NEWS = "create table news(id integer primary key, title text, text text)"


def fill(database: sqlite3.Connection, first: int, last: int) -> None:
    database.executemany(
        "insert into news values(?, ?, ?)", [(n, f"Title {n}", f"Words of {n}") for n in range(first, last)]
    )


def test_no_byte_changes_and_no_file_appears(tmp_path: Path) -> None:
    with closing(make(tmp_path / "a.db", NEWS, journal="wal")) as database:
        fill(database, 0, 100)
    before = (tmp_path / "a.db").read_bytes(), (tmp_path / "a.db").stat().st_mtime_ns
    assert before[0][18] == 2  # in the mode of a write-ahead log
    found, failures = outcome(tmp_path / "a.db")
    assert (len(found), failures) == (100, [])
    assert ((tmp_path / "a.db").read_bytes(), (tmp_path / "a.db").stat().st_mtime_ns) == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.db"]


def test_changes_in_a_log_are_read(tmp_path: Path) -> None:
    with closing(make(tmp_path / "a.db", NEWS, journal="wal")) as database:
        fill(database, 0, 50)
        files = {path: path.read_bytes() for path in tmp_path.iterdir()}
        assert len(files[tmp_path / "a.db-wal"]) > 0
        found, failures = outcome(tmp_path / "a.db")
        assert (len(found), failures) == (50, [])
        assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_a_journal_is_rolled_back(tmp_path: Path) -> None:
    with closing(make(tmp_path / "b.db", NEWS)) as database:
        fill(database, 0, 2000)
        database.execute("pragma cache_size=1")
        database.execute("begin")
        database.execute("delete from news")
        fill(database, 0, 3)
        for end in ("", "-journal"):
            shutil.copyfile(tmp_path / f"b.db{end}", tmp_path / f"a.db{end}")
    found, failures = outcome(tmp_path / "a.db")
    assert (len(found), failures) == (2000, [])


def test_packed_and_shared(tmp_path: Path) -> None:
    with closing(make(tmp_path / "a.db", NEWS)) as database:
        fill(database, 0, 500)
    data = (tmp_path / "a.db").read_bytes()
    check_data(tmp_path / "b.db", data)
    check_data(tmp_path / "b.db.gz", gzip.compress(data))
    (tmp_path / "ä b%#?.dat").write_bytes(data)
    assert len(outcome(tmp_path / "ä b%#?.dat")[0]) == 500


def test_a_query_chooses_rows(tmp_path: Path) -> None:
    make(tmp_path / "a.db", NEWS, "insert into news values(1,'A','a'),(2,'B','b')").close()
    query = "SELECT title AS headline, text AS body, 'Courier' AS source FROM news WHERE id > 1"
    found, _ = outcome(tmp_path / "a.db", query=query)
    assert [(one.id, one.title, one.body, one.source) for one in found] == [("L#1", "B", "b", "Courier")]
    with searchkit.open(tmp_path / "i", create=True) as engine:
        assert engine.index([tmp_path / "a.db"], options={"query": query}).added == 1
        (root,) = engine.roots()
        assert dict(root.options)["query"] == (query,) or list(dict(root.options)["query"]) == [query]
        assert engine.index().unchanged == 1


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT * FROM missing", "the query of --query fails: no such table: missing"),
        ("SELECT * FROM news; DROP TABLE news", "the query of --query fails: You can only execute one statement at a time."),
        ("WITH x AS (SELECT 1) DELETE FROM news", "the query of --query does more than read; expected one SELECT"),
        ("SELECT load_extension('x')", "the query of --query does more than read; expected one SELECT"),
    ],
)
def test_queries_that_are_refused(query: str, reason: str, tmp_path: Path) -> None:
    make(tmp_path / "a.db", NEWS, "insert into news values(1,'A','a')").close()
    assert outcome(tmp_path / "a.db", query=query) == ([], [("", reason)])


def test_other_statements_are_no_query(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match='^"DROP TABLE news" is no query; expected a SELECT'):
        outcome(tmp_path, query="DROP TABLE news")


def test_a_query_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "a.db", NEWS).close()
    monkeypatch.setattr(sqlite_tables, "MAX_SECONDS_PER_ROW", 1)
    query = "WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT n AS text FROM x WHERE n < 0"
    _, failures = outcome(tmp_path / "a.db", query=query)
    assert failures == [("", "the query gave no row for 1 seconds; ask for less, or add an index to the database")]


def test_values_that_are_too_large(tmp_path: Path) -> None:
    make(tmp_path / "a.db", NEWS).close()
    found = read_within(tmp_path / "a.db", query="SELECT printf('%900000000d', 1) AS text")
    assert found.articles == 0
    found = read_within(
        tmp_path / "a.db",
        query="WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x LIMIT 500000) SELECT group_concat(n) AS text FROM x",
        max_article="1MB",
    )
    assert found.articles == 0


def test_a_damaged_database(tmp_path: Path) -> None:
    with closing(make(tmp_path / "a.db", NEWS)) as database:
        fill(database, 0, 3000)
    data = bytearray((tmp_path / "a.db").read_bytes())
    data[len(data) // 2 :] = b"\xa5" * (len(data) - len(data) // 2)
    (tmp_path / "a.db").write_bytes(data)
    found, failures = outcome(tmp_path / "a.db")
    assert [reason for _, reason in failures] == ["the database cannot be read: database disk image is malformed"]
    assert failures[0][0].startswith("behind record ")
    assert all(one.body.startswith("Words") for one in found)


def test_bodies_before_descriptions(tmp_path: Path) -> None:
    make(
        tmp_path / "a.db",
        "create table sources(id integer, name text, description text)",
        "insert into sources values(1,'S','About it.')",
        "create table empty(title text, text text)",
        "create table posts(headline text, content text, published text)",
        "insert into posts values('A','a','2020-04-26')",
        "create table comments(content text)",
        "insert into comments values('c')",
    ).close()
    assert [one.title for one in outcome(tmp_path / "a.db")[0]] == ["A"]
    assert [one.body for one in outcome(tmp_path / "a.db", map="body=description")[0]] == ["About it."]


def test_damage_never_escapes(tmp_path: Path) -> None:
    corpus = Path(__file__).parents[2] / "corpora" / "formats" / "sqlite" / "in"
    for name in ("archive.db", "search.db", "several.db"):
        data = (corpus / name).read_bytes()
        for at in range(0, len(data), 23):
            broken = bytearray(data)
            broken[at] ^= 0xE5
            (tmp_path / "a.db").write_bytes(broken)
            outcome(tmp_path / "a.db")


def test_texts_with_nuls_and_in_other_encodings(tmp_path: Path) -> None:
    with closing(make(tmp_path / "a.db", NEWS)) as database:
        database.execute("insert into news values(1, 'A', 'Ends' || char(0) || 'here')")
        database.execute("insert into news values(2, 'B', cast(? as text))", ("Größe über München".encode("latin-1"),))
        database.execute("insert into news values(3, 'C', ?)", ("Größe".encode("latin-1"),))
        database.execute("insert into news values(4, 'D', ?)", (bytes(range(99)),))
    warnings: list[tuple[str, str]] = []
    found = list(read(tmp_path / "a.db", encoding="latin-1", on_warning=lambda one: warnings.append((one.kind, one.text))))
    assert [(one.title, one.body) for one in found] == [
        ("A", "Ends here"),
        ("B", "Größe über München"),
        ("C", "Größe"),
        ("D", ""),
    ]
    assert warnings == [("stray-bytes", '"text" holds binary data, not text')]


@pytest.mark.parametrize("name", ["a.db", "a.dat"])
def test_changes_in_a_log_are_indexed(name: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with (
        closing(make(tmp_path / "in" / name, NEWS, journal="wal")) as database,
        searchkit.open(tmp_path / "i", create=True) as engine,
    ):
        fill(database, 0, 50)
        assert engine.index([tmp_path / "in"]).added == 50
        assert engine.index().unchanged == 50
        before = (tmp_path / "in" / name).stat()
        fill(database, 50, 51)
        after = (tmp_path / "in" / name).stat()
        assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        assert engine.index().added == 1
        assert engine.index().unchanged == 51


def test_other_databases_of_the_process_have_no_limit(tmp_path: Path) -> None:
    make(tmp_path / "a.db", NEWS, "insert into news values(1,'A','a')").close()
    assert len(outcome(tmp_path / "a.db")[0]) == 1
    with closing(sqlite3.connect(":memory:")) as database:
        assert database.execute("pragma hard_heap_limit").fetchall() == [(0,)]


def test_computed_columns(tmp_path: Path) -> None:
    columns = "create table news(title text, text text as (title || ' words'){})"
    make(tmp_path / "a.db", columns.format(""), "insert into news values('A')").close()
    assert [one.body for one in outcome(tmp_path / "a.db")[0]] == ["A words"]
    more = "".join(f", c{n} text as (printf('%20000000d', {n}))" for n in range(40))
    make(tmp_path / "b.db", columns.format(more), "insert into news values('A')").close()
    found = read_within(tmp_path / "b.db", megabytes=300)
    assert found.reasons == ["it has 41 computed columns, more than 8; choose some by --query"]
