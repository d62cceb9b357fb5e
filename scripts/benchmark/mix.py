"""The mix of forty queries, chosen from the articles themselves: the same articles and seed give
the same mix."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial

from scripts.benchmark.articles import Record, parse_moment
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Query, Without, Word
from searchkit import analysis

# Other engines leave these out of queries, outside of phrases.
_COMMON_WORDS = (
    "a about after all also an and any are as at be been before but by can could did do does for from had has have he her"
    " him his how i if in into is it its may me more most my no not of on one only or other our out over said she should so"
    " some such than that the their them then there these they this those to up us was we were what when where which who"
    " why will with would you your"
)
COMMON_WORDS = frozenset(_COMMON_WORDS.split())
FREQUENCIES = (1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 0.003, 0.0)
"""Document frequencies of the single words, as parts of that of the most common word."""
PHRASE_SAMPLE = 2000
"""The number of articles in which phrases are counted."""
PUNCTUATION = ".,;:!?\"'()“”‘’"


class Words:
    """The words, phrases and days of a sample of the articles."""

    def __init__(self, sample: Sequence[Record], seed: int) -> None:
        self.rng = random.Random(seed)
        self.taken: set[str] = set()
        self.known_phrases: dict[tuple[int, bool], list[tuple[str, ...]]] = {}
        self.texts = [record["body"].split() for record in sample if record["body"]]
        counts: Counter[str] = Counter()
        titles: Counter[str] = Counter()
        for record, text in zip((r for r in sample if r["body"]), self.texts, strict=True):
            counts.update({word for token in text if (word := content_word(token))})
            titles.update({word for token in record["title"].split() if (word := content_word(token))})
        floor = 2 if len(sample) < 1000 else 3
        self.ranked = [
            word for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= floor
        ]
        self.counts = counts
        self.titles = [word for word, _ in sorted(titles.items(), key=lambda item: (-item[1], item[0]))]
        days = sorted(day.date() for record in sample if (day := parse_moment(record["date"])))
        self.days = days or [date(2000, 1, 1)]
        if len(self.ranked) < 12 or not self.titles:
            raise ValueError("too few words in these articles to choose queries from")

    def word_of_frequency(self, part: float) -> Node:
        """The word whose frequency is nearest to `part` of that of the most common word; a new one
        at each call."""
        wanted = part * self.counts[self.ranked[0]]
        left = [word for word in self.ranked if word not in self.taken]
        word = min(left, key=lambda word: abs(self.counts[word] - wanted))
        self.taken.add(word)
        return Word(word)

    def common_words(self, number: int, among: int = 400) -> tuple[Node, ...]:
        """Different words of the `among` most common ones."""
        return tuple(map(Word, self.rng.sample(self.ranked[:among], number)))

    def any_of_common_words(self, number: int) -> Node:
        """An OR of common words."""
        return Either(self.common_words(number))

    def one_without_another(self) -> Node:
        """A common word without another."""
        return Without(*self.common_words(2, 100))

    def title(self) -> Node:
        """A common word of titles."""
        return Word(self.rng.choice(self.titles[:100]), title=True)

    def word_in_dates(self, part: float) -> Node:
        """A common word, in a range of days with about `part` of the articles."""
        return All((*self.common_words(1), self.date_span(part)))

    def nested(self) -> Node:
        """((a OR b) (c OR "d e")) NOT f."""
        first, second, third, unwanted = self.common_words(4)
        return Without(All((Either((first, second)), Either((third, self.phrase(2, 0.5))))), unwanted)

    def words_of_one_article(self, number: int) -> Node:
        """An AND of words of one article."""
        for _ in range(1000):
            text = self.rng.choice(self.texts)
            words = sorted({word for token in text if (word := content_word(token)) and self.counts[word] > 2})
            if len(words) >= number:
                return All(tuple(map(Word, self.rng.sample(words, number))))
        return All(self.common_words(number))

    def phrase(self, number: int, rarity: float, function_word: bool = False) -> Node:
        """A phrase of different words, with or without function words, from the most common (rarity
        0) to the rarest (1).

        Each call gives a new one.
        """
        ranked = self.phrases(number, function_word)
        # On a logarithmic scale: the second most common phrase is much rarer than the first.
        rank = int(len(ranked) ** rarity) - 1
        return Phrase(ranked.pop(rank)) if ranked else Phrase(tuple(self.ranked[:number]))

    def phrases(self, number: int, function_word: bool) -> list[tuple[str, ...]]:
        """All phrases of so many words, the most common first."""
        known = self.known_phrases.get((number, function_word))
        if known is None:
            counts: Counter[tuple[str, ...]] = Counter()
            for text in self.texts[:: -(-len(self.texts) // PHRASE_SAMPLE)]:
                counts.update(set(find_phrases(text, number, function_word)))
            known = [phrase for phrase, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
            self.known_phrases[number, function_word] = known
        return known

    def date_span(self, part: float) -> Node:
        """A range of days with about `part` of the dated articles."""
        length = max(1, int(len(self.days) * part))
        start = self.rng.randrange(max(1, len(self.days) - length))
        last = self.days[min(len(self.days) - 1, start + length)]
        return Dates(self.days[start], max(last, self.days[start] + timedelta(days=1)))

    def prefix(self) -> Node:
        """The first four letters of a common long word, which are shorter than its stem in every
        stemmer."""
        long = [word for word in self.ranked[:2000] if len(word) >= 7] or self.ranked
        return Prefix(self.rng.choice(long)[:4])


def is_function_word(word: str) -> bool:
    """Whether searchkit or another engine leaves a word out of queries, outside of phrases."""
    return word in COMMON_WORDS or analysis.is_function_word(word, "en")


def content_word(token: str) -> str:
    """The folded word of a token; "" unless it is a content word in ASCII letters."""
    word = token.strip(PUNCTUATION).lower()
    return word if len(word) > 2 and word.isascii() and word.isalpha() and not is_function_word(word) else ""


def find_phrases(text: Sequence[str], number: int, function_word: bool) -> Iterator[tuple[str, ...]]:
    """The phrases of a text that begin and end with a content word.

    Only blanks stand between their words, so that the engines' rules for punctuation do not matter.
    """
    for start in range(len(text) - number + 1):
        tokens = text[start : start + number]
        if not (content_word(tokens[0]) and content_word(tokens[-1]) and all(map(is_ascii_word, tokens[:-1]))):
            continue
        words = tuple(token.strip(PUNCTUATION).lower() for token in tokens)
        if len(set(words)) == number and function_word == any(map(is_function_word, words)):
            yield words


def is_ascii_word(token: str) -> bool:
    """Whether a token is all ASCII letters."""
    return token.isascii() and token.isalpha()


def choose(sample: Sequence[Record], seed: int = 7) -> list[Query]:
    """Choose forty queries of several kinds. All differ if the articles have enough words."""
    words = Words(sample, seed)
    plan: list[tuple[str, Callable[[], Node]]] = [
        *(("word", partial(words.word_of_frequency, part)) for part in FREQUENCIES),
        *(("and", partial(words.words_of_one_article, number)) for number in (2, 2, 2, 3, 3, 4, 4, 5)),
        *(("or", partial(words.any_of_common_words, number)) for number in (2, 2, 3, 4, 5)),
        *(("not", words.one_without_another) for _ in range(4)),
        *(("phrase", partial(words.phrase, number, rarity)) for number, rarity in ((2, 0), (2, 0.4), (3, 0.2), (2, 0.9))),
        *(
            ("phrase with function word", partial(words.phrase, number, rarity, True))
            for number, rarity in ((3, 0), (4, 0.4))
        ),
        *(("title", words.title) for _ in range(2)),
        *(("prefix", words.prefix) for _ in range(2)),
        *(("dates", partial(words.word_in_dates, part)) for part in (0.01, 0.1, 0.5)),
        *(("nested", words.nested) for _ in range(2)),
    ]
    chosen: dict[Node, Query] = {}
    for kind, make in plan:
        node = next((node for node in (make() for _ in range(20)) if node not in chosen), None)
        if node is not None:
            chosen[node] = Query(kind, node)
    return list(chosen.values())
