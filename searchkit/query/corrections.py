"""Finds what may have been meant by a part of a query that finds nothing, or next to nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Generic, NamedTuple

from searchkit.analysis import fold, is_function_word
from searchkit.analysis.normalize import fold_case
from searchkit.query import spelling
from searchkit.query.evidence import Docs, Evidence
from searchkit.query.nodes import Everything, Fuzzy, Node, Phrase, Value, ValuePattern, Wildcard, Word
from searchkit.schema import FIELDS, Kind

MAX_CORRECTIONS = 3
"""Corrections of one part of a query."""
MAX_COMPARED_FORMS = 8
"""The best candidates, of which those of one stem are compared by their surface forms."""
RANK_MARGIN = 0.5
"""A correction whose rank is so much above that of the best one is left out."""
ESTIMATE_SLACK = 10
"""How many times more articles a word may find than is estimated."""
_FIELDS_OF_WORDS = tuple(name for name, field in FIELDS.items() if field.kind is Kind.WORDS)
_MIN_HALF = 3
"""The letters of each of two words that were written as one."""
_MIN_PREFIX = 4
"""The letters that stay of a wildcard's beginning."""


class CorrectedNode(NamedTuple):
    """What may stand in the place of a part of a query, and how many articles it finds alone."""

    node: Node
    total: int


class Corrector(Generic[Docs]):
    """Corrections of the parts of one query, each looked up once."""

    def __init__(self, evidence: Evidence[Docs], language: str, root: Node, total: int) -> None:
        """`total` is the number of articles that the whole query finds."""
        self._evidence, self._language = evidence, language
        self._totals = {root: total}
        self._docs: dict[Node, Docs] = {}
        self._corrections: dict[tuple[Node, bool], tuple[CorrectedNode, ...]] = {}
        self.is_empty = total == 0
        """Whether the query finds nothing."""

    def docs(self, node: Node) -> Docs:
        """The articles that a part of the query matches."""
        if node not in self._docs:
            self._docs[node] = self._evidence.docs(node)
        return self._docs[node]

    def count(self, node: Node) -> int:
        """The number of articles that a part of the query finds alone."""
        if node not in self._totals:
            self._totals[node] = self._evidence.count(self.docs(node))
        return self._totals[node]

    def corrections(self, node: Node, *, is_operand: bool = False) -> tuple[CorrectedNode, ...]:
        """What may have been meant by a leaf: the likeliest first, each finds something.

        A word that finds something has corrections only if it is likely misspelled all the same,
        which is doubted more easily in a query that finds nothing. A word of a phrase, and an
        operand of an operator such as w/5 (`is_operand`), stays in its field.
        """
        key = node, is_operand
        if key not in self._corrections:
            found = self._find_doubtful(node) if self.count(node) else self._find(node, is_operand)
            self._corrections[key] = tuple(found[:MAX_CORRECTIONS])
        return self._corrections[key]

    def _find(self, node: Node, is_operand: bool) -> list[CorrectedNode]:
        if isinstance(node, Word):
            here = [*self._spelled_alike(node), *self._as_two_words(node)]
            if is_operand:
                return here
            here = [one for one in here if not self._is_function_word(one.node)]
            return [*self._in_other_fields(node), *here] or self._spelled_alike_in_other_fields(node)
        if isinstance(node, Fuzzy):
            return self._spelled_alike(Word(node.text, node.field))
        if isinstance(node, Phrase):
            return [*self._as_one_word(node), *([] if is_operand else self._in_other_fields(node))]
        if isinstance(node, Wildcard):
            return self._shorter_prefix(node)
        if isinstance(node, Value):
            return self._values_alike(node)
        return []

    def _is_function_word(self, node: Node) -> bool:
        """Whether a word would not count where it merely stands beside others."""
        return isinstance(node, Word) and not node.field and is_function_word(fold(node.text), self._language)

    def _find_doubtful(self, node: Node) -> list[CorrectedNode]:
        """Corrections of a word that finds something. They are looked for only where a frequent
        word can be among them."""
        if not isinstance(node, Word) or node.exact:
            return []
        is_misspelling = spelling.is_possible_misspelling if self.is_empty else spelling.is_likely_misspelling
        total = self.count(node)
        if total * spelling.MIN_RATIO > self.count(Everything()) or (total > spelling.RARE and not self.is_empty):
            return []
        return [
            found
            for found in self._spelled_alike(node)
            if isinstance(found.node, Word) and is_misspelling(node.text, total, found.node.text, found.total)
        ]

    def _spelled_alike(self, word: Word) -> list[CorrectedNode]:
        """Words of the same field, by the rank of their cost and the articles that have them.

        The articles are counted of no more candidates than it takes to know the best, by their
        estimated ranks.
        """
        folded = fold(word.text)
        edits = spelling.max_edits(folded)
        if not edits:
            return []
        estimated = []
        for candidate, estimate in self._evidence.near_words(folded, word.field, edits).items():
            if spelling.is_candidate(folded, candidate) and (candidate != folded or word.exact):
                cost = spelling.edit_cost(folded, candidate)
                estimated.append((spelling.rank(cost, ESTIMATE_SLACK * estimate), candidate, cost))
        ranked: list[tuple[float, float, Word]] = []
        for least, candidate, cost in sorted(estimated):
            best = min((one[0] for one in ranked), default=least)
            if least > best + RANK_MARGIN:
                break
            found = self._write(word, candidate)
            total = self.count(found)
            if total and not (self._evidence.may_hold_deleted and not self._count_form(found)):
                ranked.append((spelling.rank(cost, total), cost, found))
        ranked.sort(key=lambda one: (one[0], one[2].text))
        near = [(cost, found) for rank, cost, found in ranked if rank <= ranked[0][0] + RANK_MARGIN]
        return [CorrectedNode(found, self.count(found)) for found in self._by_surface_form(near[:MAX_COMPARED_FORMS])]

    def _by_surface_form(self, near: list[tuple[float, Word]]) -> list[Word]:
        """The best candidates in the order of their ranks, of which those that find as much as
        another one, being of the same stem, are ranked by the articles that have their very form:
        government before governent."""
        totals = Counter(self.count(found) for _, found in near)

        def rank(item: tuple[float, Word]) -> float:
            cost, found = item
            total = self.count(found)
            return spelling.rank(cost, self._count_form(found) if totals[total] > 1 else total)

        return [found for _, found in sorted(near, key=rank)]

    def _count_form(self, word: Word) -> int:
        """The number of articles that have a word as it is written, whatever its case."""
        is_stemmed = not word.field or FIELDS[word.field].kind is Kind.TEXT
        return self.count(Word(fold_case(word.text), word.field, exact=True) if is_stemmed else word)

    def _write(self, word: Word, candidate: str) -> Word:
        """A folded word of the dictionary as it would be typed instead of another one: with the
        accents of the index, and with the capitals of what was typed."""
        if word.field and FIELDS[word.field].kind is not Kind.TEXT:
            return Word(spelling.write_like(word.text, candidate), word.field)
        forms = self._evidence.forms(candidate, word.field)
        spelled = {fold_case(form) for form in forms}
        plain = candidate if candidate in spelled else min(spelled, default=candidate)
        written = spelling.write_like(word.text, plain)
        if word.exact and fold_case(written) != written and written not in forms:
            written = plain
        return Word(written, word.field, word.exact)

    def _in_other_fields(self, node: Word | Phrase) -> list[CorrectedNode]:
        """The same words in other fields: `author:mammadov` for `mammadov`."""
        if isinstance(node, Word):
            if node.exact or len(node.text) < spelling.MIN_LENGTH:
                return []
            others: list[Node] = [Word(node.text, name) for name in ("", *_FIELDS_OF_WORDS) if name != node.field]
        else:
            if any(isinstance(item, Word) and item.exact for item in node.items):
                return []
            names = [name for name in ("", *_FIELDS_OF_WORDS) if name != node.field and self._has_words(node, name)]
            others = [Phrase(node.items, node.slop, name) for name in names]
        found = [CorrectedNode(other, total) for other in others if (total := self.count(other))]
        return sorted(found, key=lambda one: -one.total)

    def _spelled_alike_in_other_fields(self, word: Word) -> list[CorrectedNode]:
        """Words of other fields, for one that is not looked for in a certain field."""
        if word.field or word.exact:
            return []
        found = [one for name in _FIELDS_OF_WORDS for one in self._spelled_alike(Word(word.text, name))]
        return sorted(found, key=lambda one: -one.total)

    def _has_words(self, phrase: Phrase, field: str) -> bool:
        """Whether a field has all words of a phrase. It is asked first, because that is faster than
        to look for the phrase."""
        words = [item.text for item in phrase.items if isinstance(item, Word)]
        return all(self._evidence.has_word(fold(word), field) for word in words)

    def _as_two_words(self, word: Word) -> list[CorrectedNode]:
        """A phrase of two words that were written as one: "peace talks" for peacetalks."""
        folded = fold(word.text)
        if not spelling.max_edits(folded) or word.exact:
            return []
        found = []
        for at in range(_MIN_HALF, len(word.text) - _MIN_HALF + 1):
            halves = word.text[:at], word.text[at:]
            if all(self._evidence.has_word(fold(half), word.field) for half in halves):
                phrase = Phrase(tuple(Word(half) for half in halves), 0, word.field)
                found.append(CorrectedNode(phrase, self.count(phrase)))
        return sorted((one for one in found if one.total), key=lambda one: -one.total)

    def _as_one_word(self, phrase: Phrase) -> list[CorrectedNode]:
        """A phrase in which two words are written as one: online for "on line"."""
        found = []
        for at, (one, other) in enumerate(itertools.pairwise(phrase.items)):
            if isinstance(one, Word) and isinstance(other, Word) and not one.exact and not other.exact:
                joined = Word(one.text + other.text)
                if self._evidence.has_word(fold(joined.text), phrase.field):
                    items = (*phrase.items[:at], joined, *phrase.items[at + 2 :])
                    node: Word | Phrase = Phrase(items, phrase.slop, phrase.field)
                    if len(items) == 1:
                        node = Word(joined.text, phrase.field)
                    found.append(CorrectedNode(node, self.count(node)))
        return sorted((one for one in found if one.total), key=lambda one: -one.total)

    def _shorter_prefix(self, wildcard: Wildcard) -> list[CorrectedNode]:
        """The longest shorter beginning that matches: `azerb*` for `azerbij*`."""
        head, star, rest = wildcard.pattern.partition("*")
        if not star or rest or "?" in head or not spelling.max_edits(head):
            return []
        for length in range(len(head) - 1, max(_MIN_PREFIX, len(head) // 2) - 1, -1):
            if self._evidence.has_prefix(head[:length], wildcard.field):
                shorter = Wildcard(f"{head[:length]}*", wildcard.field)
                if total := self.count(shorter):
                    return [CorrectedNode(shorter, total)]
        return []

    def _values_alike(self, value: Value) -> list[CorrectedNode]:
        """For a language, those that begin alike: `en` for `EN` and `eng`. For an id or a URL, a
        pattern of those that hold it: `url:*example.org*`."""
        if value.field != "lang":
            part = ValuePattern(f"*{value.text}*", value.field)
            total = 0 if set("*?") & set(value.text) else self.count(part)
            return [CorrectedNode(part, total)] if total else []
        typed = fold(value.text)
        found = []
        for other in self._evidence.values(value.field):
            folded = fold(other)
            if folded and (folded.startswith(typed) or typed.startswith(folded)):
                node = Value(other, value.field)
                found.append(CorrectedNode(node, self.count(node)))
        return sorted((one for one in found if one.total), key=lambda one: (-one.total, str(one.node)))
