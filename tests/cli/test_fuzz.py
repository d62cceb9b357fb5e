"""Whatever is typed, and whatever lies in a file: an answer or an error of ours, never a traceback.

20,000 queries are read, 2,000 of them also answered; 600 files are read (see also tests/corpus).
"""

from __future__ import annotations

import random
from pathlib import Path

import searchkit
from searchkit.engines.memory import MemoryEngine
from searchkit.query import parse
from searchkit.reports import Failure

SIGNS = """
" “ ” ' ’ - -- ! & | = * ? ~ ~2 ^ ^2 ^9 ( ) ( ) [ ] { } > < .. / \\ % $ # @ _ : ; , .
"""
TYPED = """
peace talks the AND OR NOT TO title: body: author: topic: id: lang: url: date: words: since: until: date:2020 2020-04 none
today 7d last-week /x/ w/5 NEAR/3 /s atleast2( U.S. 1,655.8 café Ёлка 北京 עברית ½ ﬁ İ ß 😀
"""
PIECES = [*SIGNS.split(), *TYPED.split(), "\u0301", "\u00ad", "\u200d", "\ufeff", "\x00", "\x1b[0m", "\ud800"]


def queries(count: int) -> list[str]:
    rng = random.Random(3)
    made = []
    for _ in range(count):
        joint = rng.choice(["", " ", " ", "  "])
        made.append(joint.join(rng.choice(PIECES) for _ in range(rng.randint(1, 9))))
    return made


def test_any_query_is_read_or_refused_and_answered() -> None:
    engine = MemoryEngine()
    engine.add([searchkit.Article(str(n), "Peace talks", "The café of U.S. talks, 1,655.8") for n in range(3)])
    for number, typed in enumerate(queries(20_000)):
        try:
            query = parse(typed)
            assert parse(str(query)) == query, typed
            if number % 10 == 0:
                engine.search(typed)
        except searchkit.QueryError as error:
            assert 0 <= error.column <= len(typed)
            assert error.message


def test_the_local_engine_answers_any_query(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([searchkit.Article(str(n), "Peace talks", "The café of U.S. talks, 1,655.8") for n in range(3)])
        for typed in queries(2_000):
            try:
                for hit in engine.search(typed):
                    assert hit.snippets is not None
            except searchkit.QueryError:
                continue


def test_any_file_is_read_or_reported(tmp_path: Path) -> None:
    rng = random.Random(4)
    sample = Path(__file__).parents[1] / "corpora"
    folders = [folder for folder in sorted(sample.iterdir()) if folder.is_dir() and folder.name != "formats"]
    seeds = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".md"]
    for number in range(600):
        seed = seeds[number % len(seeds)]
        data = bytearray(seed.read_bytes())
        for _ in range(rng.randint(1, 6)):
            if data:
                place = rng.randrange(len(data))
                data[place : place + rng.randint(0, 3)] = bytes(rng.randrange(256) for _ in range(rng.randint(0, 3)))
        path = tmp_path / f"x{''.join(seed.suffixes[-2:]) if seed.suffixes[-1] != '.txt' else '.txt'}"
        path.write_bytes(data[: rng.randint(0, len(data))] if rng.random() < 0.3 else data)
        failures: list[Failure] = []
        articles = list(searchkit.read(path, on_error=failures.append))
        assert articles or failures
        for article in articles:
            (article.title + article.body).encode()
        path.unlink()
