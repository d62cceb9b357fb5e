"""The mix of forty queries, chosen from the articles themselves: the same articles and seed give the same mix."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from scripts.benchmark.articles import Record, moment
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Query, Without, Word

# Words that searchkit (and most that people type) leave out of a question outside of phrases.
_LEFT_OUT = (
    "a about after all also an and any are as at be been before but by can could did do does for from had has have he her"
    " him his how i if in into is it its may me more most my no not of on one only or other our out over said she should so"
    " some such than that the their them then there these they this those to up us was we were what when where which who"
    " why will with would you your"
)
FUNCTION_WORDS = frozenset(_LEFT_OUT.split())
COMMONNESS = (1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 0.003, 0.0)
"""What single words are chosen by: their articles, as a part of those of the most common word."""
PHRASED = 2000
"""Articles in which phrases are counted."""
PUNCTUATION = ".,;:!?\"'()“”‘’"


class Words:
    """Which words and phrases a sample of the articles has, and when it was written."""

    def __init__(self, sample: Sequence[Record], seed: int) -> None:
        self.rng = random.Random(seed)
        self.taken: set[str] = set()
        self.known_phrases: dict[tuple[int, bool], list[tuple[str, ...]]] = {}
        self.texts = [record["body"].split() for record in sample if record["body"]]
        counts: Counter[str] = Counter()
        titles: Counter[str] = Counter()
        for record, text in zip((r for r in sample if r["body"]), self.texts, strict=True):
            counts.update({word for token in text if (word := content(token))})
            titles.update({word for token in record["title"].split() if (word := content(token))})
        floor = 2 if len(sample) < 1000 else 3
        self.ranked = [
            word for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= floor
        ]
        self.counts = counts
        self.titles = [word for word, _ in sorted(titles.items(), key=lambda item: (-item[1], item[0]))]
        days = sorted(day.date() for record in sample if (day := moment(record["date"])))
        self.days = days or [date(2000, 1, 1)]
        if len(self.ranked) < 12 or not self.titles:
            raise ValueError("too few words in these articles to choose queries from")

    def near(self, part: float) -> Node:
        """The word whose commonness is nearest to this part of the most common one's; another at each call."""
        wanted = part * self.counts[self.ranked[0]]
        left = [word for word in self.ranked if word not in self.taken]
        word = min(left, key=lambda word: abs(self.counts[word] - wanted))
        self.taken.add(word)
        return Word(word)

    def some(self, number: int, among: int = 400) -> tuple[Node, ...]:
        """Different words of the most common ones."""
        return tuple(map(Word, self.rng.sample(self.ranked[:among], number)))

    def either(self, number: int) -> Node:
        """One of some common words."""
        return Either(self.some(number))

    def without(self) -> Node:
        """One common word and not another."""
        return Without(*self.some(2, 100))

    def title(self) -> Node:
        """A common word of titles."""
        return Word(self.rng.choice(self.titles[:100]), title=True)

    def dated(self, part: float) -> Node:
        """A common word in about this part of the time."""
        return All((*self.some(1), self.span(part)))

    def nested(self) -> Node:
        """((a OR b) (c OR "d e")) NOT f."""
        first, second, third, unwanted = self.some(4)
        return Without(All((Either((first, second)), Either((third, self.phrase(2, 0.5))))), unwanted)

    def together(self, number: int) -> Node:
        """Different words that one article has."""
        for _ in range(1000):
            text = self.rng.choice(self.texts)
            words = sorted({word for token in text if (word := content(token)) and self.counts[word] > 2})
            if len(words) >= number:
                return All(tuple(map(Word, self.rng.sample(words, number))))
        return All(self.some(number))

    def phrase(self, number: int, rarity: float, function_word: bool = False) -> Node:
        """Different words that articles have side by side, with or without function words inside: the most common ones
        (rarity 0) to the rarest (1). Each call gives another."""
        ranked = self.phrases(number, function_word)
        # By the logarithm of the place: the second most common phrase is much less common than the first.
        place = int(len(ranked) ** rarity) - 1
        return Phrase(ranked.pop(place)) if ranked else Phrase(tuple(self.ranked[:number]))

    def phrases(self, number: int, function_word: bool) -> list[tuple[str, ...]]:
        """All phrases of so many words, the most common first."""
        known = self.known_phrases.get((number, function_word))
        if known is None:
            counts: Counter[tuple[str, ...]] = Counter()
            for text in self.texts[:: -(-len(self.texts) // PHRASED)]:
                counts.update(set(side_by_side(text, number, function_word)))
            known = [phrase for phrase, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
            self.known_phrases[number, function_word] = known
        return known

    def span(self, part: float) -> Node:
        """A range of days that holds about this part of the dated articles."""
        length = max(1, int(len(self.days) * part))
        start = self.rng.randrange(max(1, len(self.days) - length))
        last = self.days[min(len(self.days) - 1, start + length)]
        return Dates(self.days[start], max(last, self.days[start] + timedelta(days=1)))

    def prefix(self) -> Node:
        """The beginning of a common long word: shorter than its stem, whoever stems it."""
        long = [word for word in self.ranked[:2000] if len(word) >= 7] or self.ranked
        return Prefix(self.rng.choice(long)[:4])


def content(token: str) -> str:
    """The word of a token, folded, or "" for what is none of ASCII letters or is a function word."""
    word = token.strip(PUNCTUATION).lower()
    return word if len(word) > 2 and word.isascii() and word.isalpha() and word not in FUNCTION_WORDS else ""


def side_by_side(text: Sequence[str], number: int, function_word: bool) -> Iterator[tuple[str, ...]]:
    """The phrases of a text that begin and end with a content word. Nothing is between their words but the blank, so that
    no engine's rules for marks come in."""
    for start in range(len(text) - number + 1):
        tokens = text[start : start + number]
        if not (content(tokens[0]) and content(tokens[-1]) and all(map(bare, tokens[:-1]))):
            continue
        words = tuple(token.strip(PUNCTUATION).lower() for token in tokens)
        if len(set(words)) == number and function_word == any(word in FUNCTION_WORDS for word in words):
            yield words


def bare(token: str) -> bool:
    """Whether a token is all ASCII letters."""
    return token.isascii() and token.isalpha()


def choose(sample: Sequence[Record], seed: int = 7) -> list[Query]:
    """Forty queries, of each kind a few; no two are equal as long as the articles have words enough."""
    words = Words(sample, seed)
    plan: list[tuple[str, Callable[[], Node]]] = [
        *(("word", partial(words.near, part)) for part in COMMONNESS),
        *(("and", partial(words.together, number)) for number in (2, 2, 2, 3, 3, 4, 4, 5)),
        *(("or", partial(words.either, number)) for number in (2, 2, 3, 4, 5)),
        *(("not", words.without) for _ in range(4)),
        *(("phrase", partial(words.phrase, number, rarity)) for number, rarity in ((2, 0), (2, 0.4), (3, 0.2), (2, 0.9))),
        *(
            ("phrase with function word", partial(words.phrase, number, rarity, True))
            for number, rarity in ((3, 0), (4, 0.4))
        ),
        *(("title", words.title) for _ in range(2)),
        *(("prefix", words.prefix) for _ in range(2)),
        *(("dates", partial(words.dated, part)) for part in (0.01, 0.1, 0.5)),
        *(("nested", words.nested) for _ in range(2)),
    ]
    chosen: dict[Node, Query] = {}
    for kind, make in plan:
        node = next((node for node in (make() for _ in range(20)) if node not in chosen), None)
        if node is not None:
            chosen[node] = Query(kind, node)
    return list(chosen.values())
