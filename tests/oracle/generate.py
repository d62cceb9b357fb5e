"""Queries made from an archive's own words, always the same ones for a seed.

Words of all frequencies, the rarer ones more often; phrases and neighbours that stand in the texts,
and such that almost do; fields, dates, lengths, weights; AND, OR and NOT inside each other.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from searchkit import Article
from searchkit.analysis import fold
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Fuzzy,
    Gap,
    Length,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Regex,
    SingleWord,
    Undated,
    Value,
    Weighted,
    Wildcard,
    Word,
)
from tests.oracle.plain import ANALYZER, PlainWord, plain_words

Place = tuple[str, list[PlainWord], int]
"""The name of a text, its words, and the index of one of them."""
TEXTS_READ = 1500
"""Articles whose words are drawn."""
FIELDS = ("topic", "author", "source", "section")


class Generator:
    """Makes queries over some articles."""

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        self._rng = rng = random.Random(seed)
        self._read = read = rng.sample(articles, min(TEXTS_READ, len(articles)))
        self._ids = [article.id for article in read]
        self._dates = sorted(article.date.replace(tzinfo=None) for article in read if article.date is not None)
        texts = [(field, plain_words(getattr(article, field))) for article in read for field in ("title", "body")]
        self._texts = [(field, words) for field, words in texts if len(words) > 4]
        counts = Counter(form for _, words in texts for form in {word[1] for word in words})
        by_count = sorted(counts, key=lambda form: (counts[form], form))
        self._common = by_count[-100:]
        self._common_stems = frozenset(map(ANALYZER.term, self._common))
        self._middling = [form for form in by_count if 6 <= counts[form] <= 18]
        self._rare = [form for form in by_count if counts[form] < 6]
        values = [
            (field, value)
            for article in read
            for field, of_field in zip(
                FIELDS, (article.topics, article.authors, (article.source,), (article.section,)), strict=True
            )
            for value in of_field
        ]
        self._values = sorted({(field, form) for field, value in values for _, form, _, _, _ in plain_words(value)})

    def begin(self, seed: int) -> None:
        """Begin another row of queries."""
        self._rng.seed(seed)

    def query(self) -> Node:
        """Words, phrases and filters, and what AND, OR, NOT and weights make of them."""
        chance = self._rng.random()
        if chance < 0.006:
            return self._wide()
        return Not(self._leaf()) if chance < 0.009 else self._tree(self._rng.choice((0, 1, 1, 1, 2)), self._leaf)

    def pattern_query(self) -> Node:
        """Forms, wildcards, fuzzy words and regular expressions, by themselves or among words."""
        rng = self._rng
        if rng.random() < 0.6:
            return self._pattern()
        parts = [self._pattern(), self._word() if rng.random() < 0.5 else self._pattern()]
        if rng.random() < 0.4:
            return Or(tuple(parts))
        return And((parts[0], Not(parts[1]))) if rng.random() < 0.5 else And((parts[0], Or((parts[1], self._pattern()))))

    def common_query(self) -> Node:
        """Common words: many matches, so that a short ranking leaves much out."""
        rng = self._rng
        words: list[Node] = [Word(rng.choice(self._common)) for _ in range(rng.randint(1, 4))]
        words = [Weighted(word, rng.choice((0.3, 2.0, 7.5))) if rng.random() < 0.3 else word for word in words]
        if len(words) == 1:
            return words[0]
        joined = (Or if rng.random() < 0.7 else And)(tuple(words))
        return And((joined, Not(Word(rng.choice(self._middling))))) if rng.random() < 0.2 else joined

    def _tree(self, deep: int, leaf: Callable[[], Node]) -> Node:
        rng = self._rng
        if deep == 0 or rng.random() < 0.25:
            made = leaf()
            return Weighted(made, rng.choice((0.5, 2.0, 3.25))) if rng.random() < 0.1 else made
        children = [self._tree(deep - 1, leaf) for _ in range(rng.choice((2, 2, 3, 4)))]
        chance = rng.random()
        if chance < 0.4:
            made = Or(tuple(children))
        elif chance < 0.5:
            made = And(tuple(children))
        else:
            # What makes the first one smaller, but leaves some of it.
            others = [Not(child) if rng.random() < 0.6 else Or((child, self._wide())) for child in children[1:]]
            made = And((children[0], *rng.sample(others, rng.randint(1, len(others)))))
        if isinstance(made, And) and rng.random() < 0.3:
            made = And((*made.children, self._wide()))
        return Weighted(made, rng.choice((0.25, 1.5, 3.0))) if rng.random() < 0.1 else made

    def _leaf(self) -> Node:
        chance = self._rng.random()
        return self._word() if chance < 0.6 else self._phrase() if chance < 0.9 else self._near_words()

    def _wide(self) -> Node:
        """What finds many articles."""
        return Word(self._rng.choice(self._common)) if self._rng.random() < 0.5 else self._filter()

    def _word(self) -> Word:
        rng = self._rng
        if rng.random() < 0.12:
            field, form = rng.choice(self._values)
            return Word(form, field)
        return Word(
            rng.choice(self._rare if rng.random() < 0.6 else self._middling), rng.choice(("", "", "", "title", "body"))
        )

    def _place(self) -> Place:
        """Of four places in texts the one of the rarest words."""
        rng = self._rng
        places = [(field, words, rng.randrange(len(words) - 4)) for field, words in rng.choices(self._texts, k=4)]
        return min(places, key=lambda place: sum(w.stem in self._common_stems for w in place[1][place[2] :][:2]))

    def _phrase(self) -> Phrase:
        field, words, at = self._place()
        return self._phrase_at(words[at:], self._rng.choice(("", field, field, "title")))

    def _phrase_at(self, words: Sequence[PlainWord], field: str) -> Phrase:
        """The first words (of two or more), some of them skipped or exchanged."""
        rng = self._rng
        size = min(rng.choice((2, 2, 3, 4)), len(words))
        chosen = [Word(word.form, field) for word in words[:size]]
        if rng.random() < 0.1:
            chosen[0], chosen[1] = chosen[1], chosen[0]
        items: list[Any] = list(chosen)
        slop = rng.choice((0, 0, 0, 1, 2, 4)) if size < 4 else rng.choice((0, 1))
        if size > 2 and rng.random() < 0.4:
            items[1:2] = [Gap()] if rng.random() < 0.6 else []
        return Phrase(tuple(items), slop, field)

    def _near_words(self) -> Near:
        """Two words that stand near each other in a text, or ORs of such and of other ones."""
        rng = self._rng
        name, words, at = self._place()
        field = rng.choice(("", "", name))
        both = [Word(word.form, field) for word in (words[at], words[at + rng.randint(1, 4)])]
        left, right = (
            Or((word, Word(rng.choice(self._middling), field))) if rng.random() < 0.3 else word
            for word in rng.sample(both, 2)
        )
        return Near(left, right, rng.choice((1, 2, 4, 4, 9, 40)), rng.random() < 0.3)

    def _filter(self) -> Node:
        rng = self._rng
        chance = rng.random()
        if chance < 0.5:
            return self._stretch()
        if chance < 0.75:
            least = rng.randint(0, 400)
            return rng.choice((Length(least, least + rng.randint(0, 60)), Length(least + 300), Length(None, least // 8)))
        if chance < 0.85:
            return Value(rng.choice((*self._ids[:50], "nowhere")), "id")
        return rng.choice((Present("topic"), Present("author"), Value("en", "lang"), Undated(), Everything()))

    def _stretch(self) -> Dates:
        rng = self._rng
        since = rng.choice(self._dates)
        if rng.random() < 0.6:
            since = datetime(since.year, since.month, since.day)
        before = since + rng.choice((timedelta(days=1), timedelta(days=9), timedelta(hours=30), timedelta(minutes=90)))
        return rng.choice((*[Dates(since, before)] * 6, Dates(since), Dates(None, before)))

    def _pattern(self) -> Node:
        """A word of the texts as written, or with some of its letters left open."""
        rng = self._rng
        field = rng.choice(("", "", "", "title", "body"))
        return self._pattern_of(rng.choice(rng.choice((self._rare, self._middling))), field)

    def _pattern_of(self, form: str, field: str) -> SingleWord:
        rng = self._rng
        chance = rng.random()
        if chance < 0.3:
            return Word(rng.choice((form, form, form.lower(), form.title())), field, exact=True)
        word = fold(form)
        if len(word) < 4 or not word.isascii() or not word.isalpha():
            word = rng.choice(("price", "market", "talks"))
        at = rng.randint(1, len(word) - 2)
        if chance < 0.55:
            wild = (
                f"{word[: at + 1]}*",
                f"*{word[at - 1 :]}",
                f"{word[:at]}?{word[at + 1 :]}",
                f"{word[:2]}*{word[-2:]}",
                f"*{word[at - 1 : at + 2]}*",
            )
            return Wildcard(rng.choice(wild), field)
        if chance < 0.75:
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            return Fuzzy(rng.choice((word, swapped, word[:at] + word[at + 1 :], word + "e")), rng.choice((1, 1, 2)), field)
        return Regex(self._expression(word, at), field)

    def _expression(self, word: str, at: int) -> str:
        head, letter, tail = word[:at], word[at], word[at + 1 :]
        rng = self._rng
        return rng.choice(
            (
                f"{head}[a-m]{tail}",
                f"{head}[^{letter}]{tail}",
                f"{head}{letter}?{tail}s?",
                f"{word[: at + 1]}.+",
                f"({word}|{rng.choice(('oil', 'gold', 'trade'))}s?)",
                f"{head}{letter}{{1,2}}{tail}(s|ed|ing)?",
                re.sub("[aeiou]", "[aeiou]", word),
            )
        )
