"""A cluster's wildcards, fuzzy words and regular expressions stand for the same words as ours, also
where Lucene's syntax and ours differ."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest

from searchkit import Article
from searchkit.analysis import compile_pattern, fold, matches_surface_form, tokenize, wildcard_regex, within_edits
from searchkit.engines.opensearch.expressions import lucene_regex, lucene_wildcard, one_edit_regex
from searchkit.query.nodes import Fuzzy, Near, Node, NotNear, Regex, SingleWord, Wildcard, Word
from searchkit.query.parse import Query
from tests.opensearch.indexed import Indexed, indexed

LETTERS = "abcß𐐨é"
ODD = """
a b ab ba abc cab abcabc aaaa o'brien O'Neill rock'n'roll 3.5 1,655 35 U.S. us café Café cafe CAFÉ straße strasse Straße İstanbul
ﬁn fin ½ 12 x86 漢字 字漢 漢 москва Ёлка елка é e\u0301a naïve 𝔘nicode 𐐀𐐁 𐐨 अब नई ٣٤ 34 ᾳ œuvre oeuvre l'Iran state-of-the-art AND and
"""
END = "zzend"


def make_words() -> list[str]:
    """Words of few letters, so that many are near each other, and odd ones."""
    rng = random.Random(4)
    short = ["".join(rng.choices(LETTERS, k=rng.randint(1, 6))) for _ in range(400)]
    return list(dict.fromkeys([*ODD.split(), *short, "ab" * 127, "ab" * 126 + "ba"]))


Dictionary = tuple[Indexed, Mapping[str, list[str]]]


@pytest.fixture(scope="module")
def dictionary(cluster: str) -> Iterator[Dictionary]:
    """An index with an article for each word, and the surface forms of each by its id."""
    words = make_words()
    articles = [Article(str(number), title=word, body=f"{word} {END}") for number, word in enumerate(words)]
    with indexed(cluster, articles, shards=1) as made:
        yield made, {article.id: tokenize(article.title).forms for article in articles}


def check(dictionary: Dictionary, make: Callable[[str], SingleWord], fits: Callable[[str], object]) -> None:
    """A word that is made for a field finds the articles that have a form that fits, by itself and
    inside of intervals and spans."""
    made, forms = dictionary
    expected = {article_id for article_id, found in forms.items() if any(map(fits, found))}
    nodes: list[tuple[Node, set[str]]] = [
        (make("title"), expected),
        (Near(make("body"), Word(END, "body"), 99), expected),
        (NotNear(make("title"), Word(END, "title"), 99), expected),
        (NotNear(Word(END, "body"), make("body"), 99), forms.keys() - expected),
    ]
    for node, found in nodes:
        assert made.find(Query(node, str(node))) == found, node


def typed_words() -> list[str]:
    rng = random.Random(5)
    words = [fold(form) for word in make_words() for form in tokenize(word).forms]
    return [*rng.sample(list(dict.fromkeys(words)), 24), "a", "ab", "zz", "ac", "abac", "ab" * 127]


@pytest.mark.parametrize("edits", [1, 2])
def test_fuzzy_words(dictionary: Dictionary, edits: int) -> None:
    for text in typed_words():
        check(dictionary, partial(Fuzzy, text, edits), partial(within_edits_folded, text, edits))


def within_edits_folded(text: str, edits: int, form: str) -> bool:
    return within_edits(fold(form), text, edits)


def test_wildcards(dictionary: Dictionary) -> None:
    rng = random.Random(6)
    patterns = [
        "*",
        "?",
        "??",
        "a*",
        "*a",
        "*a*",
        "a?c",
        "*'*",
        "?'*",
        "*.*",
        "?.?",
        "漢?",
        "?漢",
        "*é*",
        "a**b",
        "𐐨*",
        "?𐐨",
    ]
    for text in typed_words()[:16]:
        at = rng.randrange(len(text))
        patterns += [f"{text[:at]}*{text[at + 1 :]}", f"{text[:at]}?{text[at + 1 :]}"]
    for pattern in patterns:
        check(dictionary, partial(Wildcard, pattern), partial(matches_wildcard, pattern))


def matches_wildcard(pattern: str, form: str) -> bool:
    return wildcard_regex(pattern).fullmatch(fold(form)) is not None


@pytest.mark.parametrize(
    "pattern",
    """
    a|b a.? .* .+ [a-c]+ [^a]+ [^a-c]* a{2,3}.* (ab)+c? (ab|ba)* \\d+ \\w+ \\w* [\\d.]+ .*\\..* .*'.* [.']+.* [^'].*'.* \\.? \\- \\" \\#
    \\@ \\~ \\& \\<1-9\\> <1-9> #|a @ ~a a&b "a" [é] é caf[é-ü] stra(ß|z)e stra[ß]e [ß-ü]+ .*ß [漢-龥]{2} 漢|字 𐐨 [𐐨-𐑏]+ .𐐨|𐐨. [^𐐨]+ () (|a)b
    a() (a|)(b|) x86 [x]86 (a+)+b .{4} .{3,} [\\]a] [\\^a]b? [a\\-b]+ [-a]b? [0-9][^0-9][0-9] [а-я]+ ([ab]{1,2}c?){2}
    """.split(),  # noqa: SIM905
)
def test_regular_expressions(dictionary: Dictionary, pattern: str) -> None:
    fullmatch = compile_pattern(pattern).fullmatch
    check(dictionary, partial(Regex, pattern), lambda form: fullmatch(fold(form)))


@pytest.mark.parametrize(
    "typed",
    "cafe café Café CAFÉ Straße STRASSE İstanbul O'Brien US us Ёлка 漢字 𐐀𐐁 Fin ﬁn".split(),  # noqa: SIM905
)
def test_exact_words(dictionary: Dictionary, typed: str) -> None:
    text = tokenize(typed).forms[0]
    check(dictionary, partial(Word, text, exact=True), lambda form: matches_surface_form(form, text))


def test_expressions_are_written_in_lucenes_syntax() -> None:
    assert lucene_wildcard("a**b?\\") == "a*b?\\\\"
    assert lucene_regex("a(b|c){2}\\.[^a-z]?") == "a((b|c)){2}\\.(['.0-9A-Z_\x80-\ud7ff\ue000-\U0010ffff])?"
    assert lucene_regex("[\\!]") == " "
    assert one_edit_regex("ab") == "ab.?|(.?b|.ab)|ba|a(.?|.b)"
