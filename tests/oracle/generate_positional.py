"""Queries of positional operators, and queries of all kinds mixed: `generate_queries`.

The operands are words that stand near each other in a text, and what else finds such words: exact
words, wildcards, fuzzy words, regular expressions, phrases, ORs. Distances are about those in the
text. So most queries find something, and many just miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from searchkit import Article
from searchkit.analysis import find_quotations, fold
from searchkit.query.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Inside,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Positional,
    SpanNode,
    Together,
    Weighted,
    Wildcard,
    Word,
    children_of,
)
from searchkit.query.operands import MAX_DISTANCE
from tests.oracle.generate import Generator
from tests.oracle.plain import PlainWord, plain_words

KINDS = ("proximity", "not-near", "sentence", "paragraph", "at-least", "chain")
"""`a w/3 b` or `a pre/3 b`, `a not w/3 b`, `a /s b`, `a /p b`, `atleast2(a)`, and an operator with
another one as its operand."""
JOINS = ("near", "near", "near", "ordered", "ordered", "sentence", "sentence", "paragraph", "not near")
"""What joins the words of a chain."""
REACH = {"near": 6, "ordered": 6, "not near": 8, "sentence": 8, "paragraph": 30}
"""How many positions the words of two operands are apart in their text, at most."""


def generate_queries(articles: Sequence[Article], seed: int, count: int) -> list[str]:
    """Queries of all kinds that the language has, for archives with these articles; always the same
    ones for a seed. Each of KINDS is in more than a tenth of them."""
    generator = PositionalGenerator(articles, seed)
    return [str(generator.any_query()) for _ in range(count)]


def kinds_of(node: Node) -> set[str]:
    """The KINDS that a query has."""
    found = {kind for child in children_of(node) for kind in kinds_of(child)}
    match node:
        case Near(left, right) | Together(left, right) | NotNear(left, right):
            if any(isinstance(operand, Near | Together | NotNear) for operand in (left, right)):
                found.add("chain")
            elif isinstance(node, Together):
                found.add(node.unit)
            else:
                found.add("proximity" if isinstance(node, Near) else "not-near")
        case AtLeast():
            found.add("at-least")
    return found


class PositionalGenerator(Generator):
    """Makes queries over some articles, also of positional operators."""

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        super().__init__(articles, seed)
        quoted = (plain_words(a.body[start:end]) for a in self._read for start, end in find_quotations(a.body))
        bodies = [words for field, words in self._texts if field == "body"]
        self._ledes = [words[:60] for words in bodies]
        self._quotations = [words for words in quoted if len(words) > 1] or bodies

    def any_query(self) -> Node:
        """A query of any kind."""
        chance = self._rng.random()
        if chance < 0.12:
            return self.query()
        return self.pattern_query() if chance < 0.2 else self.positional_query()

    def positional_query(self) -> Node:
        """A positional operator or `atleast`, by itself, in an OR, AND or NOT, or weighted."""
        rng = self._rng
        made = self._operator(rng.choice((*KINDS * 2, "passage")))
        chance = rng.random()
        if chance < 0.5:
            return made
        if chance < 0.6:
            return Weighted(made, rng.choice((0.5, 2.0, 3.25)))
        other = self._operator(rng.choice(KINDS)) if rng.random() < 0.6 else self._leaf()
        if chance < 0.72:
            return Or((made, other))
        if chance < 0.8:
            return And((made, self._wide()))
        if chance < 0.88:
            return And((made, Not(other)))
        return And((self._leaf(), Not(made))) if chance < 0.94 else Not(made)

    def _operator(self, kind: str) -> Node:
        match kind:
            case "proximity":
                return self._pair(self._rng.choice(("near", "near", "ordered")))
            case "not-near":
                return self._pair("not near")
            case "sentence" | "paragraph":
                return self._pair(kind)
            case "at-least":
                return self._at_least()
            case "chain":
                return self._chain()
            case _:
                return self._passage()

    def _field(self, field: str) -> str:
        """None more often than that of the text."""
        return self._rng.choice(("", "", field))

    def _pair(self, join: str) -> SpanNode:
        name, words, at = self._place()
        field = self._field(name)
        left, right, gap = self._operands(words, at, field, join)
        if not field and self._rng.random() < 0.06:
            left = Inside("quote", (left,))
        return self._join(join, left, right, gap)

    def _operands(self, words: Sequence[PlainWord], at: int, field: str, join: str) -> tuple[SpanNode, SpanNode, int]:
        """What finds a word and another one near it, and how far the other one stands behind it."""
        other = self._neighbour(words, at, REACH[join])
        gap = words[other].first - words[at].last
        return self._operand(words, at, field), self._operand(words, other, field), gap

    def _neighbour(self, words: Sequence[PlainWord], at: int, reach: int) -> int:
        """The index of another word near a word, the rarer of two."""
        near = [
            index
            for index in range(max(0, at - reach), min(len(words), at + reach + 1))
            if index != at and abs(words[index].first - words[at].first) <= reach
        ]
        return min(self._rng.choices(near, k=2), key=lambda index: words[index].stem in self._common_stems) if near else at

    def _join(self, join: str, left: SpanNode, right: SpanNode, gap: int) -> Positional:
        """An operator; `gap` is how far the right word stands behind the left one."""
        rng = self._rng
        distance = max(1, min(MAX_DISTANCE, abs(gap) + rng.choice((-1, 0, 0, 1, 3, 9))))
        match join:
            case "not near":
                return NotNear(left, right, distance)
            case "sentence" | "paragraph":
                return Together(left, right, join)
            case _:
                if join == "ordered" and gap < 0 and rng.random() < 0.9:
                    left, right = right, left
                return Near(left, right, distance, join == "ordered")

    def _chain(self) -> SpanNode:
        """Three operands, from the left; at times the last two in parentheses."""
        rng = self._rng
        name, words, at = self._place()
        field, inner, outer = self._field(name), rng.choice(JOINS), rng.choice(JOINS)
        pair = self._join(inner, *self._operands(words, at, field, inner))
        third = self._neighbour(words, at, REACH[outer])
        operand, gap = self._operand(words, third, field), words[third].first - words[at].last
        return self._join(outer, pair, operand, gap) if rng.random() < 0.8 else self._join(outer, operand, pair, -gap)

    def _at_least(self) -> AtLeast:
        rng = self._rng
        chance = rng.random()
        if chance < 0.15:
            return AtLeast(rng.choice((1, 2, 3)), self._pair(rng.choice(JOINS)))
        if chance < 0.25:
            return AtLeast(rng.choice((1, 2)), self._passage())
        name, words, at = self._place()
        counts = Counter(word.stem for word in words)
        repeated = [
            index for index, word in enumerate(words) if counts[word.stem] > 1 and word.stem not in self._common_stems
        ]
        at = rng.choice(repeated or [at])
        return AtLeast(rng.randint(1, max(2, counts[words[at].stem])), self._operand(words, at, self._field(name)))

    def _passage(self) -> Inside:
        rng = self._rng
        if rng.random() < 0.5:
            words = rng.choice(self._ledes)
            return Inside("lede", (self._inside(words),))
        words = rng.choice(self._quotations)
        several = rng.random() < 0.3
        return Inside("quote", tuple([self._inside(words) for _ in range(2 if several else 1)]))

    def _inside(self, words: Sequence[PlainWord]) -> SpanNode:
        at = min(self._rng.choices(range(len(words)), k=3), key=lambda index: words[index].stem in self._common_stems)
        if self._rng.random() < 0.3:
            return self._join("near", *self._operands(words, at, "", "near"))
        return self._operand(words, at, "")

    def _operand(self, words: Sequence[PlainWord], at: int, field: str) -> SpanNode:
        """What finds a word of a text."""
        rng = self._rng
        word = Word(words[at].form, field)
        chance = rng.random()
        if chance < 0.55:
            return word
        if chance < 0.73:
            made = self._pattern_of(word.text, field)
            # Two edits of a short word find a large part of all articles.
            return Fuzzy(made.text, 1, field) if isinstance(made, Fuzzy) and len(made.text) < 6 else made
        if chance < 0.85 and at + 1 < len(words):
            return self._rich_phrase(words[at:], field)
        if chance < 0.88 and field == "body":
            return Inside("lede", (Word(word.text),))
        others = [rng.choice((self._middling, self._rare)) for _ in range(rng.choice((1, 1, 2)))]
        return Or(tuple(rng.sample([word, *(Word(rng.choice(forms), field) for forms in others)], len(others) + 1)))

    def _rich_phrase(self, words: Sequence[PlainWord], field: str) -> Phrase:
        """A phrase, at times with an exact word or a wildcard in it."""
        made = self._phrase_at(words, field)
        last = made.items[-1]
        if isinstance(last, Word) and self._rng.random() < 0.25:
            item = Wildcard(f"{fold(last.text)[:3]}*") if self._rng.random() < 0.5 else Word(last.text, field, exact=True)
            return Phrase((*made.items[:-1], item), made.slop, field)
        return made
