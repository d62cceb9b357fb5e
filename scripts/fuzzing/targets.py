"""Targets: files for the readers, and queries for the parser and a small index."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import searchkit
from scripts.fuzzing.mutate import mutated
from searchkit.corpus.articles import INTERNAL_ERROR
from searchkit.query.parse import parse
from searchkit.schema import check, from_record, to_record

ROOT = Path(__file__).parents[2]
MAX_SEED_SIZE = 4000
"""Bytes of a seed. In small ones damage hits more often what has a meaning."""


class Target(Protocol):
    """A part of searchkit that is fed with damaged data."""

    name: str

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        """Make and run one case, and count its outcome. Errors of searchkit are caught; any other
        is a failure."""


class Unexpected(Exception):
    """A wrong answer."""


def expect(holds: bool, what: str) -> None:
    """Raise Unexpected if a condition does not hold."""
    if not holds:
        raise Unexpected(what)


def read_case(path: Path, data: bytes, options: Mapping[str, Sequence[str]], counts: Counter[str]) -> None:
    """Read a file of these bytes as `searchkit index` does, and check what comes of it."""
    path.write_bytes(data)
    told: list[searchkit.Failure] = []
    try:
        for article in searchkit.read(path, on_error=told.append, options=options):
            check(article)
            record = to_record(article, "root/x")
            expect(from_record(record)[0] == article, "the record is not the article")
            counts["articles"] += 1
    except searchkit.SearchkitError as error:
        counts[type(error).__name__] += 1
    for failure in told:
        expect(bool(failure.reason) and "\n" not in failure.path, str(failure))
        expect(INTERNAL_ERROR not in failure.reason, str(failure))
        failure.path.encode()
    counts["failures"] += len(told)
    path.unlink()


class ReaderTarget:
    """Files of every format and packing, read as `searchkit index` reads them."""

    name = "reader"
    TOKENS = (
        *(
            b"\n",
            b"\r",
            b"\0",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\xfe\xff",
            b"{",
            b"}",
            b"[" * 50,
            b'"',
            b"\\u0000",
            b"\\ud800",
            b"NaN",
        ),
        *(
            b'{"text": "a"}\n',
            b'"date": "',
            b'"id": ',
            b'"authors": [',
            b"1e999",
            b"9" * 50,
            b" date 2020-04-26 By ",
            b"by ",
            b"<REUTERS ",
        ),
        *(
            b"</REUTERS>",
            b"<TEXT>",
            b"<BODY>",
            b"</BODY>",
            b"<D>",
            b"&#5;",
            b"&#x110000;",
            b"&amp;",
            b"PK\1\2",
            b"PK\3\4",
            b"PK\5\6",
        ),
        *(
            b"PK\6\6",
            b"\x1f\x8b\x08\xff",
            b"BZh9",
            b"\xfd7zXZ\0",
            b"ustar\0",
            b"../../",
            b"L",
            b"x",
            b"g",
            b"S",
            b"\x80" + b"\xff" * 11,
        ),
        *(b"30 path=../x.txt\n", b"25 GNU.sparse.major=1\n", b"20 size=99999999999\n", bytes(512), bytes(1024)),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        texts = [path.read_bytes()[:MAX_SEED_SIZE] for path in sorted((ROOT / "corpus" / "text").rglob("*.txt"))[:6]]
        texts += [path.read_bytes() for path in sorted((ROOT / "tests" / "corpora" / "encodings").glob("*.txt"))]
        lines = b"".join((ROOT / "corpus" / "jsonl" / "wire-2020.jsonl").read_bytes().splitlines(keepends=True)[:4])
        sgml = (ROOT / "tests" / "corpora" / "broken" / "truncated.sgm").read_bytes()[:MAX_SEED_SIZE]
        members = {"a.txt": texts[0], "b/c.jsonl": lines, "d.sgm": sgml, "e.txt.gz": gzip.compress(texts[1])}
        nested = {"n.zip": _zipped({"1.txt": texts[0]}), "m.tar": _tarred({"2.txt": texts[1]}), "x.txt": texts[2]}
        self._seeds = [("a.txt", text) for text in texts]
        self._seeds += [("a.jsonl", lines), ("a.jsonl", lines.decode().encode("utf-16")), ("a.sgm", sgml)] * 3
        for data, name in ((texts[0], "a.txt"), (lines, "a.jsonl"), (sgml, "a.sgm")):
            self._seeds += [
                (f"{name}.gz", gzip.compress(data)),
                (f"{name}.bz2", bz2.compress(data)),
                (f"{name}.xz", lzma.compress(data)),
            ]
        for held in (members, nested):
            self._seeds += [("a.zip", _zipped(held)), ("a.tar", _tarred(held)), ("b.tar", _tarred(held, tarfile.PAX_FORMAT))]
            self._seeds += [("a.tgz", gzip.compress(_tarred(held))), ("a.tar.xz", lzma.compress(_tarred(held)))]
        self._bytes = [data for _, data in self._seeds]

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        name, data = rng.choice(self._seeds)
        if rng.random() < 0.05:
            name = rng.choice(self._seeds)[0]
        data = mutated(rng, data, self._bytes, self.TOKENS)
        if name.endswith(("gz", "xz", "bz2")) and rng.random() < 0.3:  # damage below a packing that is whole
            inner = "a.tar" if name.endswith(("tgz", ".tar.xz")) else name.rpartition(".")[0]
            data = mutated(rng, rng.choice([seed for kind, seed in self._seeds if kind == inner]), self._bytes, self.TOKENS)
            data = gzip.compress(data, 1)
            name = f"{inner}.gz"
        read_case(self._folder / name, data, {}, counts)


class QueryTarget:
    """Queries: parsed, parsed again from their string form, and answered by a small index."""

    name = "query"
    SEEDS = (
        *(
            "peace talks",
            "peace OR truce NOT war",
            '"peace talks"~3',
            "peace w/5 talks pre/3 (war OR truce)",
            "peace not w/5 talks",
        ),
        *(
            "peace /s talks /p war",
            "atleast3(inflation)",
            "azer* *stan wom?n",
            "karabakh~2",
            "/colou?rs?/ /a{2,5}(b|c)*/",
            "=Apple",
        ),
        *(
            'title:(peace OR "fire break")^2',
            "author:mammadov source:* topic:peace",
            "date:2020-04..2021",
            "date:[2020-01-01 TO 2020-04-30}",
        ),
        *(
            "date:today since:7d.. until:last-week",
            "words:>800 words:100..200",
            "-war !truce & a | b",
            "id:corpus/* url:http*",
            "*",
            "U.S. the of",
        ),
        *(
            '=“typo’s” AND ("a b c"~9)',
            "((((((a))))))",
            "date:none lang:en section:world",
            "date:>=2020-Q1 date:<2020",
            "Баку ə İstanbul",
        ),
    )
    TOKENS = tuple(
        sign.encode()
        for sign in (
            *(
                "(",
                ")",
                '"',
                "“",
                "”",
                "~",
                "^",
                "*",
                "?",
                "/",
                "\\",
                "[",
                "]",
                "{",
                "}",
                ":",
                "-",
                "!",
                "&",
                "|",
                "=",
                ".",
                "..",
                "'",
                "--",
            ),
            *(
                "AND",
                "OR",
                "NOT",
                "w/5",
                "NEAR/99",
                "pre/1",
                "not w/2",
                "/s",
                "/p",
                "atleast2(",
                "title:",
                "date:",
                "words:",
                "id:",
                "~2",
                "^9",
            ),
            *(
                "*" * 50,
                "(" * 60,
                "a " * 300,
                "a*",
                "*a*",
                "?" * 20,
                "/(a|b)*/",
                "/.*.*.*/",
                "/(a*)*b/",
                "/[^a]{1,99}/",
                "2020-13-01",
                "99999d..",
            ),
            *("\0", "\u202e", "\ud7ff", "\U0001f600", "ﬁ", "İ", "ß", "\u0301" * 30, " ", "\t\n", "9" * 30, "1e9", "TO"),
        )
    )

    def __init__(self, folder: Path) -> None:
        self._engine = small_engine(folder / "queries")
        self._seeds = [query.encode() for query in self.SEEDS]

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        text = mutated(rng, rng.choice(self._seeds), self._seeds, self.TOKENS).decode(
            "utf-8", rng.choice(("replace", "ignore"))
        )
        ways: dict[str, Any] = {name: rng.random() < 0.2 for name in ("match_any", "literal", "exact")}
        try:
            query = parse(text, **ways)
            counts["parsed"] += 1
            if not ways["literal"] and not ways["exact"]:
                again = parse(str(query))
                expect(again == query, f"{text!r} is {query}, which is {again}")
            result = self._engine.search(text, limit=3, **ways)
            counts["found"] += result.total > 0
            for hit in result.hits:
                counts["snippets"] += bool(hit.snippets)
        except searchkit.QueryError as error:
            expect(0 <= error.column <= len(error.query) and bool(error.message), repr(error))
            counts["QueryError"] += 1
        except searchkit.SearchkitError as error:
            counts[type(error).__name__] += 1


def small_engine(place: Path) -> searchkit.ArchiveEngine:
    """A new index of a few articles with all fields; one of them is deleted."""
    engine = searchkit.open(place, create=True)
    folder = place.parent / "small"
    folder.mkdir(exist_ok=True)
    texts = sorted((ROOT / "corpus" / "text").rglob("*.txt"))[:5]
    for number, path in enumerate(texts):
        (folder / f"{number}.txt").write_bytes(path.read_bytes()[:900])
    lines = (ROOT / "corpus" / "jsonl" / "wire-2020.jsonl").read_bytes().splitlines(keepends=True)[:4]
    (folder / "lines.jsonl").write_bytes(b"".join(lines) + b'{"id": "gone", "text": "peace talks about peace"}\n{"x": 1}\n')
    engine.index([folder], options={"exclude": ["x*"]})
    engine.delete(["small/gone"])
    return engine


def _zipped(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def _tarred(members: dict[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name if form == tarfile.GNU_FORMAT else f"{'é' * 60}/{name}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def working_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for the files of cases, in memory if the system has such a folder."""
    return tempfile.TemporaryDirectory(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)  # noqa: S108
