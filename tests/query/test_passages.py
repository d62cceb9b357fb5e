"""`lede:` and `quote:`: both engines find what a plain reading of the texts finds, over several
segments, after deletions, updates and merges, and mark it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.analysis import LEDE_WORDS, PARAGRAPH_GAP, find_quotations, tokenize
from searchkit.model import Article
from searchkit.query import parse, passages
from searchkit.query.nodes import And, AtLeast, Inside, Near, Node, Not, Or, Phrase, Present, Weighted, Word
from searchkit.query.position_keys import PositionKeys
from searchkit.results.form_scanner import lower_text
from searchkit.results.scanned_text import TextScanner

A, B, C = Word("a1"), Word("b1"), Word("c1")


@pytest.mark.parametrize(
    ("typed", "node", "text"),
    [
        ("lede:a1", Inside("lede", (A,)), "lede:a1"),
        ("QUOTE:a1", Inside("quote", (A,)), "quote:a1"),
        ('quote:"a1 b1"~2', Inside("quote", (Phrase((A, B), 2),)), 'quote:"a1 b1"~2'),
        ('lede:="a1"', Inside("lede", (Word("a1", exact=True),)), "lede:=a1"),
        ("quote:(a1 w/5 b1)", Inside("quote", (Near(A, B, 5),)), "quote:(a1 w/5 b1)"),
        ("quote:(a1 OR b1)", Inside("quote", (Or((A, B)),)), "quote:(a1 OR b1)"),
        ("quote:(a1 b1)", Inside("quote", (A, B)), "quote:(a1 AND b1)"),
        ("quote:(a1 (b1 OR c1))", Inside("quote", (A, Or((B, C)))), "quote:(a1 AND (b1 OR c1))"),
        ("quote:((a1 b1) OR c1)", Or((Inside("quote", (A, B)), Inside("quote", (C,)))), "quote:(a1 AND b1) OR quote:c1"),
        ("quote:*", Present("quote"), "quote:*"),
        ("lede:*", Present("body"), "body:*"),
        ("NOT quote:a1", Not(Inside("quote", (A,))), "NOT quote:a1"),
        ("lede:a1^2", Weighted(Inside("lede", (A,)), 2), "lede:a1^2"),
        (
            "lede:(a1 -b1^2)^3",
            Weighted(And((Inside("lede", (A,)), Not(Weighted(Inside("lede", (B,)), 2)))), 3),
            "(lede:a1 AND NOT lede:b1^2)^3",
        ),
        (
            "lede:(a1 atleast2(b1))",
            And((Inside("lede", (A,)), AtLeast(2, Inside("lede", (B,))))),
            "lede:a1 AND atleast2(lede:b1)",
        ),
        ("quote:(a1 b1)^3", Weighted(Inside("quote", (A, B)), 3), "quote:(a1 AND b1)^3"),
        ("quote:atleast2(a1)", AtLeast(2, Inside("quote", (A,))), "atleast2(quote:a1)"),
        ("atleast2(quote:a1 OR b1)", AtLeast(2, Or((Inside("quote", (A,)), B))), "atleast2(quote:a1 OR b1)"),
        ("quote:a1 w/5 b1", Near(Inside("quote", (A,)), B, 5), "quote:a1 w/5 b1"),
        ("lede:a1 pre/5 body:b1", Near(Inside("lede", (A,)), Word("b1", "body"), 5, True), "lede:a1 pre/5 body:b1"),
        ("lede:a1 title:b1", And((Inside("lede", (A,)), Word("b1", "title"))), "lede:a1 AND title:b1"),
    ],
)
def test_what_is_typed(typed: str, node: Node, text: str) -> None:
    assert parse(typed).root == node
    assert str(parse(typed)) == text
    assert parse(text).root == node


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("quote:(a1 NOT b1)", r"NOT cannot stand inside quote:\( \) \(column 1\): exclude it outside: NOT quote:word"),
        ("quote:* w/3 a1", r"quote:\* cannot stand inside w/3: it has no words"),
        ("quote:(a1 *)", r"quote:\* cannot stand inside quote:\( \): it has no words"),
        ("lede:(title:a1)", r"a field \(title:\) inside a field \(lede:\)"),
        ("lede:(quote:a1)", r"a field \(quote:\) inside a field \(lede:\)"),
        ("lede:a1 w/5 b1", "both sides of w/5 must be in the same field"),
        ("quote:(a1 atleast2(b1))", r"cannot stand inside quote:\( \)"),
        ("quote:(a1 b1^2)", r"a weight cannot stand inside quote:\( \)"),
        ("lede:(a1 b1) w/5 body:c1", r"words side by side \(AND\) cannot stand inside w/5"),
        ("quote:(a1 OR (b1 NOT c1))", r"NOT cannot stand inside quote:\( \)"),
        ("led:a1", "did you mean lede"),
    ],
)
def test_what_cannot_be_typed(typed: str, message: str) -> None:
    with pytest.raises(searchkit.QueryError, match=message):
        parse(typed)


# A plain reading: words with their quotations are known before the text is made of them.

WORDS = ("peace", "talks", "war", "oil")
PieceText = tuple[bool, tuple[str, ...]]
MARKS = (('"', '"'), ("“", "”"), ("„", "“"), ("« ", " »"), ("‘", "’"), ("「", "」"), ("“‘", "’”"))


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, list[PieceText]]:
    """A text, and its pieces: whether each is quoted, and its words. Some are long, some go over
    several paragraphs."""
    opening, closing = draw(st.sampled_from(MARKS))
    pieces: list[PieceText] = []
    texts: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        is_quoted = draw(st.booleans())
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
        filler = draw(st.sampled_from((0, 0, 0, 25, 57, 58, 59, 60)))
        words[1:1] = ["x"] * filler
        pieces.append((is_quoted, tuple(words)))
        if is_quoted and len(words) > 2 and draw(st.booleans()):  # quoted over two paragraphs
            texts.append(f"{opening}{words[0]}.\n\n{opening}{' '.join(words[1:])}{closing}")
        else:
            texts.append(f"{opening}{' '.join(words)}{closing}" if is_quoted else " ".join(words))
        between = draw(st.sampled_from(("and", "and\n\nthen", "and\n  then")))
        pieces.append((False, tuple(between.split())))
        texts.append(between)
    return " ".join(texts), pieces


def lede_of(pieces: list[PieceText]) -> list[str]:
    return [word for _, words in pieces for word in words][:LEDE_WORDS]


def some_quotation(holds: Callable[[tuple[str, ...]], bool]) -> Callable[[list[PieceText]], bool]:
    return lambda pieces: any(is_quoted and holds(words) for is_quoted, words in pieces)


QUERIES: dict[str, Callable[[list[PieceText]], bool]] = {
    "lede:war": lambda pieces: "war" in lede_of(pieces),
    "lede:(war oil)": lambda pieces: {"war", "oil"} <= set(lede_of(pieces)),
    "lede:(war OR oil)": lambda pieces: bool({"war", "oil"} & set(lede_of(pieces))),
    "lede:(oil NOT war)": lambda pieces: "oil" in lede_of(pieces) and "war" not in lede_of(pieces),
    "NOT lede:war": lambda pieces: "war" not in lede_of(pieces),
    "quote:war": some_quotation(lambda words: "war" in words),
    "quote:wa*": some_quotation(lambda words: "war" in words),
    "quote:(war oil)": some_quotation(lambda words: {"war", "oil"} <= set(words)),
    "quote:(war OR oil)": some_quotation(lambda words: bool({"war", "oil"} & set(words))),
    "quote:*": some_quotation(bool),
    "NOT quote:war": lambda pieces: not some_quotation(lambda words: "war" in words)(pieces),
    "war NOT quote:war": lambda pieces: (
        any("war" in words for _, words in pieces) and not some_quotation(lambda words: "war" in words)(pieces)
    ),
    "atleast2(quote:war)": lambda pieces: sum(words.count("war") for is_quoted, words in pieces if is_quoted) >= 2,
}


@settings(deadline=None, max_examples=8)
@given(st.lists(bodies(), min_size=12, max_size=30), st.data())
def test_engines_find_what_a_plain_reading_finds(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, list[PieceText]]], data: st.DataObject
) -> None:
    articles = [Article(f"a/{number}", "", body) for number, (body, _) in enumerate(made)]
    expected = {
        query: {article.id for article, (_, pieces) in zip(articles, made, strict=True) if holds(pieces)}
        for query, holds in QUERIES.items()
    }
    half = len(articles) // 2
    dropped = [article.id for article in articles if data.draw(st.booleans())]
    with (
        searchkit.open("memory:") as memory,
        searchkit.open(tmp_path_factory.mktemp("index") / "i", create=True) as local,
    ):
        for engine in (memory, local):
            engine.add(articles[half:])
            engine.add([*articles[:half], Article("a/x", "", "“war oil”")])
            engine.delete(["a/x"])
        for step in range(3):
            for query, ids in expected.items():
                found = [{hit.id: round(hit.score, 9) for hit in each.search(query, limit=None)} for each in (memory, local)]
                assert set(found[0]) == set(found[1]) == (ids - set(dropped) if step else ids), query
                assert found[0] == found[1], query
            if step == 0 and dropped:
                memory.delete(dropped)
                local.delete(dropped)
            if step == 1:
                local.optimize()


def test_a_title_has_quotations_and_no_lede() -> None:
    with searchkit.open("memory:") as engine:
        engine.add([Article("a", "“Peace” and war", "Oil"), Article("b", "Peace", "“War”")])
        assert [hit.id for hit in engine.search("quote:peace")] == ["a"]
        assert [hit.id for hit in engine.search("quote:war")] == ["b"]
        assert [hit.id for hit in engine.search("lede:peace")] == []
        assert [hit.id for hit in engine.search("lede:(oil OR war)", sort="date")] == ["a", "b"]


@pytest.fixture(params=["memory", "local"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[searchkit.ArchiveEngine]:
    with searchkit.open("memory:" if request.param == "memory" else tmp_path / "i", create=True) as opened:
        yield opened


def test_only_what_is_inside_is_marked(engine: searchkit.ArchiveEngine) -> None:
    body = f"Peace talks. “Peace,” she said, “and talks on peace.” Oil {'x ' * 60} oil. «Talks»"
    engine.add([Article("a", "Talks of ‘peace’", body)])

    def marked(query: str) -> tuple[list[str], list[str]]:
        (hit,) = engine.search(query, snippets=9).hits
        inside = [snippet.text[start:end] for snippet in hit.snippets for start, end in snippet.marks]
        return [hit.title[start:end] for start, end in hit.title_marks], inside

    assert marked("quote:peace") == (["peace"], ["Peace", "peace"])
    assert marked("quote:(peace talks)") == ([], ["talks", "peace"])
    assert marked("quote:(peace w/2 talks)") == ([], ["talks", "peace"])
    assert marked("quote:talks") == ([], ["talks", "Talks"])
    assert marked("lede:oil") == ([], ["Oil"])
    assert marked('lede:"peace talks"') == ([], ["Peace talks"])
    assert marked("oil NOT quote:oil") == ([], ["Oil", "oil"])


def test_words_score_as_elsewhere(engine: searchkit.ArchiveEngine) -> None:
    engine.add([
        Article("a", "Peace", "“Peace talks” at last. Peace!"), Article("b", "Oil", "War and peace"), Article("c", "", "“War”"),
    ])  # fmt: skip

    def scores(query: str) -> dict[str, float]:
        return {hit.id: round(hit.score, 9) for hit in engine.search(query, limit=None)}

    assert scores("quote:peace") == {"a": scores("body:peace")["a"]}
    assert scores("lede:peace") == scores("body:peace")
    assert scores("quote:(peace talks)") == scores("body:(peace talks)")
    assert scores('quote:"peace talks"') == scores('body:"peace talks"')
    assert scores("quote:(peace w/3 talks)") == scores("body:(peace w/3 talks)")
    assert scores("quote:(talks OR war)") == {"a": scores("body:talks")["a"], "c": scores("body:war")["c"]}
    assert scores("quote:peace^3") == {"a": round(3 * engine.search("quote:peace").hits[0].score, 9)}


def test_clauses_are_explained(engine: searchkit.ArchiveEngine) -> None:
    engine.add([Article("a", "", "“Peace talks” and war"), Article("b", "", "Peace and war")])
    clauses = [(clause.text, clause.total) for clause in engine.explain("quote:(peace talks) lede:war").clauses]
    assert clauses == [("quote:(peace AND talks)", 1), ("peace", 2), ("talks", 1), ("lede:war", 2), ("war", 2)]


def test_an_empty_index_has_no_passages(engine: searchkit.ArchiveEngine) -> None:
    assert engine.search("quote:peace OR lede:peace").total == 0


def test_ledes_end_with_a_divided_word(engine: searchkit.ArchiveEngine) -> None:
    """The word that a hyphen divides is inside if both halves are."""
    for number, filler in enumerate((58, 59)):
        engine.add([Article(f"a/{number}", "", "x " * filler + "con-\nflict")])
    assert [hit.id for hit in engine.search("lede:conflict")] == ["a/0"]
    assert engine.search("lede:con").total == 2
    assert [hit.id for hit in engine.search("lede:flict")] == ["a/0"]


# The parts of it, against their definitions.


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(1, 40), max_size=5), max_size=6))
@example([[59, 1], [60, 1], [58, 1, 1], [], [61]])
def test_ledes_of_position_keys(docs: list[list[int]]) -> None:
    """`docs`: how many words each paragraph has."""
    positions = [[101 * n + sum(doc[:n]) - n + word for n, words in enumerate(doc) for word in range(words)] for doc in docs]
    begun = [[of_doc[sum(doc[:n])] for n in range(1, len(doc))] for doc, of_doc in zip(docs, positions, strict=True)]
    counts = np.array([len(found) for found in begun], dtype=np.int64)
    flat = np.array([position for found in begun for position in found], dtype=np.int64)
    keys = PositionKeys(np.array([max(of_doc, default=-1) + 1 for of_doc in positions], dtype=np.int64))
    ledes = passages.find_ledes(keys.starts[:-1], flat, counts)
    assert PARAGRAPH_GAP == 101
    for doc, of_doc in enumerate(positions):
        own = np.array(of_doc, dtype=keys.starts.dtype) + keys.starts[doc]
        inside = ledes.numbers_of(own, own)
        assert inside.tolist() == [doc if index < LEDE_WORDS else -1 for index in range(len(of_doc))]


@given(st.lists(st.integers(0, 9), max_size=8), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=20))
def test_the_passage_of_a_span(steps: list[int], spans: list[tuple[int, int]]) -> None:
    edges = (np.cumsum(steps[: len(steps) // 2 * 2]) + np.arange(len(steps) // 2 * 2)).astype(np.uint32)
    found = passages.PassageKeys(edges[0::2], edges[1::2])
    first = np.array([start for start, _ in spans], dtype=np.uint32)
    last = np.array([start + width for start, width in spans], dtype=np.uint32)
    ranges = list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))
    expected = [next((n for n, (low, high) in enumerate(ranges) if low <= start and start + width <= high), -1)
                for start, width in spans]  # fmt: skip
    assert found.numbers_of(first, last).tolist() == expected


@given(st.lists(st.sampled_from(("peace", "war,", "U.S.", "don't", "1,655.8", "—", "“x”", "a-b", "\n\n", "é")), max_size=90))
def test_scanned_texts_have_the_passages_of_analysed_ones(pieces: list[str]) -> None:
    text = " ".join(pieces)
    lowered = lower_text(text)
    assert lowered is not None
    scanned = TextScanner({Word("peace"): frozenset(("peace",))}, 1).scan(text, lowered, "en")
    assert scanned is not None
    words = tokenize(text)
    assert scanned.passages("lede") == ([(0, words.ends[:LEDE_WORDS][-1])] if words.forms else [])
    assert scanned.passages("quote") == find_quotations(text)
