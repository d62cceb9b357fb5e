"""Words as newspapers print them, found by every engine: divided at line ends, behind apostrophes,
and as numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, Engine
from searchkit.engines.memory import MemoryEngine

DIVIDED = "The con-\nflict of the peace-\nful oil-\n field, talk-\ning of re\u00ad\nforms and the com¬\nmuniqué; Nagorno-\nKarabakh."


def open_engine(kind: str, folder: Path, language: str) -> Engine:
    if kind == "local":
        return searchkit.open(folder / "index", create=True, language=language)
    return MemoryEngine(language=language)


@pytest.fixture(params=["local", "memory"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def english(kind: str, tmp_path: Path) -> Iterator[Engine]:
    with open_engine(kind, tmp_path, "en") as engine:
        yield engine


def marked(engine: Engine, query: str) -> list[str]:
    """What is marked in the snippets of all hits."""
    return [one.text[start:end] for hit in engine.search(query) for one in hit.snippets for start, end in one.marks]


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("conflict", ["con-\nflict"]),
        ("con flict", ["con", "flict"]),
        ('"the conflict of the"', ["The con-\nflict of the"]),
        ('"the con flict of"', ["The con-\nflict of"]),
        ('"con-flict"', ["con-\nflict"]),
        ('"conflict flict"', []),
        ('"conflict of the peaceful oilfield"', ["con-\nflict of the peace-\nful oil-\n field"]),
        ('"peaceful talking"~1', []),
        ('"conflict talking"~5', []),
        ('"conflict oilfield"~3', []),
        ('"conflict oilfield"~4', ["con-\nflict", "oil-\n field"]),
        ("conflict w/1 of", ["con-\nflict", "of"]),
        ("conflict w/1 flict", []),
        ("flict pre/5 oilfield", ["flict", "oil-\n field"]),
        ("conflict /s communique", ["con-\nflict", "com¬\nmuniqué"]),
        ("reform*", ["re\u00ad\nforms"]),
        ("*munique", ["com¬\nmuniqué"]),
        ("=reforms", ["re\u00ad\nforms"]),
        ("=Reforms", []),
        ("conflcit~", ["con-\nflict"]),
        ("/confl.ct/", ["con-\nflict"]),
        ("talked", ["talk-\ning"]),
        ("=talk", ["talk"]),
        ("atleast2(con*)", ["con-\nflict"]),
        ("NagornoKarabakh", []),
        ("Nagorno-Karabakh", ["Nagorno-\nKarabakh"]),
    ],
)
def test_a_divided_word_is_found_whole_and_in_halves(english: Engine, query: str, marks: list[str]) -> None:
    english.add([Article("a", "", DIVIDED), Article("b", "", "Nothing of it.")])
    assert marked(english, query) == marks
    assert english.search(query).total == bool(marks)


def test_halves_are_counted_and_the_whole_is_not(english: Engine) -> None:
    english.add([Article("a", "", "The con-\nflict")])
    assert english.search("words:3").total == 1


PIECES = """
peace peace-|ful peaceful talk talk-|ing talking con-|flict conflict con flict oil oil-|field the of a-|b ab war.
"""
QUERIES = """
peaceful
"peaceful talking"
"peace ful"
"the peaceful"
"peaceful the"
"conflict of"
"con flict of"
"peaceful conflict"~2
"the * of"
"peac* talk*"
"con* of"
peaceful w/2 conflict
con* w/1 of
peace* pre/3 talk*
conflict not w/2 peaceful
"peaceful talking" w/4 oil
atleast2(talk)
atleast2(con*)
=talking
=peaceful OR =conflict
(talk w/3 conflict) w/5 oil
peaceful /s talking
ab
"ab the"
confict~
words:>6
*ful of
""".strip().splitlines()


def test_both_engines_agree_on_divided_words(tmp_path: Path) -> None:
    rng = random.Random(11)
    pieces = [piece.replace("|", "\n") for piece in PIECES.split()]
    articles = [
        Article(f"c/{number}", body=" ".join(rng.choice(pieces) for _ in range(rng.randint(1, 14)))) for number in range(300)
    ]
    with searchkit.open(tmp_path / "index", create=True) as local, MemoryEngine() as memory:
        for engine in (local, memory):
            engine.add(articles[:200])
            engine.add(articles[200:])
            engine.delete([f"c/{number}" for number in range(0, 300, 7)])
        for query in QUERIES:
            ours, theirs = local.search(query, limit=None), memory.search(query, limit=None)
            assert 0 < ours.total == theirs.total, query
            assert [hit.id for hit in ours] == [hit.id for hit in theirs], query
            assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=1e-9), query
            assert [hit.snippets for hit in ours] == [hit.snippets for hit in theirs], query
        assert local.optimize() == 1
        for query in QUERIES:
            assert local.search(query, limit=0).total == memory.search(query, limit=0).total, query
        assert local.verify().faults == ()


@pytest.mark.parametrize("language", ["en", "fr", "it"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("iran", "a"),
        ("ira*", "a"),
        ("=Iran", "a"),
        ("irak~", "a"),
        ("/ir.n/", "a"),
        ("L'Iran", "a"),
        ("l’ira*", "a"),
        ('"l\'iran a"', "a"),
        ("d'Angelo", "b"),
        ("angelo", "b"),
        ("O'Brien", "c"),
        ("o'br*", "c"),
        ("brien", ""),
        ("qur'*", "c"),
        ("abc 13", "c"),
        ("rock roll", "c"),
        ("\"rock 'n' roll\"", "c"),
        ("10000", "d"),
        ("10'000", "d"),
        ('"10\xa0000 people"', "d"),
        ("10,00*", "d"),
    ],
)
def test_apostrophes_and_numbers(kind: str, language: str, query: str, found: str, tmp_path: Path) -> None:
    articles = {
        "a": "L’Iran a dit non.",
        "b": "Maria D'Angelo parle.",
        "c": "O'Brien of ABC'13 read the Qur'an to rock'n'roll.",
        "d": "Some 10\u202f000 people came.",
    }
    with open_engine(kind, tmp_path, language) as engine:
        engine.add(Article(name, "", body) for name, body in articles.items())
        assert "".join(sorted(hit.id for hit in engine.search(query))) == found


@pytest.mark.parametrize(
    ("language", "left_out"), [("fr", ("l'",)), ("it", ("l'",)), ("ca", ("l'",)), ("en", ()), ("de", ())]
)
def test_an_elided_article_is_a_function_word_in_its_languages(
    kind: str, language: str, left_out: tuple[str, ...], tmp_path: Path
) -> None:
    with open_engine(kind, tmp_path, language) as engine:
        engine.add([Article("a", "", "Iran seul"), Article("b", "", "l'Iran")])
        result = engine.search("l'Iran")
        assert (result.left_out, result.total) == (left_out, 2 if left_out else 1)
        assert engine.search('"l\'Iran"').total == engine.search("body:l'Iran").total == engine.search("=l'Iran").total == 1
        assert engine.search("l'Iran AND seul").total == bool(left_out)


def test_digit_groups_by_dots_where_a_comma_stands_before_decimals(kind: str, tmp_path: Path) -> None:
    for language, found in (("de", ["a", "b"]), ("en", ["b"])):
        with open_engine(kind, tmp_path / language, language) as engine:
            engine.add([Article("a", "", "rund 10.000 Menschen"), Article("b", "", "rund 10000 Menschen")])
            assert sorted(hit.id for hit in engine.search("10000")) == found
            assert sorted(hit.id for hit in engine.search("10.000")) == (found if language == "de" else ["a"])
