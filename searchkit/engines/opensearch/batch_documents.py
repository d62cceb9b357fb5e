"""Makes the documents of many articles at once, as the JSON that a cluster is sent.

A text is tokenized into numbers of forms, and an archive has few distinct forms: the tokens of each
are made once, and looked up from then on. The rest is arithmetic and joining on whole batches.

Reference implementation: `make_document` in tests/opensearch/reference_documents.py, article by
article.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import orjson

from searchkit import schema
from searchkit.analysis import LEDE_WORDS, Analyzer, without_hyphen
from searchkit.analysis.batch_tokenizer import TokenArrays, Vocabulary
from searchkit.analysis.characters import SOFT_HYPHEN
from searchkit.arrays import AnyInts, Ints, UInt16s
from searchkit.cache import Cache, measure_bytes
from searchkit.engines.opensearch.documents import WORD_FIELDS, value_fields, word_fields
from searchkit.engines.opensearch.layers import ANY_WORD, surface_token
from searchkit.model import Article
from searchkit.schema import FIELDS, TEXT_FIELDS

MAX_FORMS = 300_000
"""The most forms of the vocabularies of all languages. After that, new ones are begun. So many take
about 100 MB."""
_CACHE_BYTES = 16 * 2**20
"""The JSON of authors, sources, sections and topics that is kept, because most of them come
again."""
_CODES = ("s(", "s)", "p(", "p)", "l(", "l)", "l=", "q(", "q)", "q=")
"""The codes of `layers` for spans, in the order in which they stand at a word. In a mask, bit n
stands for code n."""
_SEPARATOR, _FIRST = 0, 1
"""What is looked up where a paragraph begins inside a text; and for the first form, or no code."""
_PARAGRAPH_END = b" \n "
"""What then stands in the joined tokens. No token has white space, nor what JSON escapes."""
_MASKS = [[code for bit, code in enumerate(_CODES) if mask >> bit & 1] for mask in range(1 << len(_CODES))]
_STRUCTURES = np.array([b"\n", *("|".join((ANY_WORD, *codes)).encode() for codes in _MASKS)], dtype=object)
"""The tokens of the structure: after the separator, one for each mask."""
_ANY_WORD, _SOFT_HYPHEN = ANY_WORD.encode(), SOFT_HYPHEN.encode()
_JOINED = (b"t", b"f", b"w")
"""The codes of a divided word: for its stem, its folded form and its surface token."""
_KEYS = {name: f',"{name}":'.encode() for name in FIELDS}
_TEXT_FIELD = b'{"stem":["%b"],"folded":["%b"],"surface":["%b"],"structure":["%b"]}'


class DocumentMaker:
    """Makes the documents of articles in batches. Not to be shared by threads.

    It computes all the time, and holds the lock of the interpreter while it does. So one thread
    should make documents, while others send them and wait. A batch should have some hundred
    articles, or about a megabyte: one article alone takes about ten times as long as in a batch.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        """`analyzer` is that of the index."""
        self._analyzer = analyzer
        self._text_makers: dict[str, _TextMaker] = {}  # by the languages of their analyzers
        self._word_fields = Cache(_CACHE_BYTES, measure_bytes)

    @property
    def form_count(self) -> int:
        """How many forms are remembered."""
        return sum(maker.form_count for maker in self._text_makers.values())

    def make(self, batch: Sequence[tuple[Article, str, bytes, int]]) -> list[bytes]:
        """The documents of articles as JSON, each in one line without its end.

        An article comes with its origin, its record (`schema.to_record(article, origin)`), and the
        hash of the record (`indexing.entries.hash_record`).
        """
        by_language: dict[str, list[int]] = defaultdict(list)
        for number, (article, *_) in enumerate(batch):
            by_language[self._analyzer.for_language(article.language).language].append(number)
        if self.form_count > MAX_FORMS:
            self._text_makers.clear()
        made = [b""] * len(batch)
        for numbers in by_language.values():
            analyzer = self._analyzer.for_language(batch[numbers[0]][0].language)
            if analyzer.language not in self._text_makers:
                self._text_makers[analyzer.language] = _TextMaker(analyzer)
            texts_of = self._text_makers[analyzer.language].make([batch[number][0] for number in numbers])
            for number, texts in zip(numbers, texts_of, strict=True):
                made[number] = self._join(batch[number], texts, analyzer)
        return made

    def _join(self, item: tuple[Article, str, bytes, int], texts: Sequence[tuple[int, bytes]], analyzer: Analyzer) -> bytes:
        """The document of an article. `texts` are how many words each of TEXT_FIELDS has, and its
        JSON."""
        article, origin, record, record_hash = item
        values = value_fields(article, origin, record_hash)
        values["words"] = sum(count for count, _ in texts)
        parts = [orjson.dumps(values)[:-1], b',"article":', orjson.dumps(record.decode())]
        for name, (count, text) in zip(TEXT_FIELDS, texts, strict=True):
            if count:
                parts += (_KEYS[name], text)
        for name in WORD_FIELDS:
            if content := schema.values_of(article, FIELDS[name]):
                key = (name, content, analyzer.language)
                parts.append(self._word_fields.get(key, partial(_make_member, name, content, analyzer)).json)
        parts.append(b"}")
        return b"".join(parts)


class _Member(NamedTuple):
    """The member of a document that is a field of words, and the bytes that it takes with its
    values, which are the key of a cache."""

    json: bytes
    nbytes: int


def _make_member(name: str, values: tuple[str, ...], analyzer: Analyzer) -> _Member:
    """The member of a document that is a field of words; nothing for no words."""
    fields = word_fields(name, values, analyzer)
    made = _KEYS[name] + orjson.dumps(fields) if fields else b""
    return _Member(made, len(made) + sum(map(sys.getsizeof, values)))


class _TextMaker:
    """Makes the JSON of titles and bodies in one language."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._vocabulary = Vocabulary(self._analyzer.terms, self._analyzer.language)
        # By form, after the separator: its stem, folded form and surface token; whether it is that
        # of a divided word.
        self._tokens = np.empty((3, 1024), dtype=object)
        self._tokens[:, _SEPARATOR] = b"\n"
        self._is_joined = np.zeros(1024, dtype=bool)
        self._count = _FIRST

    @property
    def form_count(self) -> int:
        return len(self._vocabulary)

    def _add_new_forms(self) -> None:
        """Make the tokens of the forms that the vocabulary has met since the last time."""
        known = self._count - _FIRST
        forms, terms, folded = (
            all_of[known:] for all_of in (self._vocabulary.forms, self._vocabulary.terms, self._vocabulary.folded)
        )
        end = self._count + len(forms)
        if end > len(self._is_joined):
            more = max(end, 2 * len(self._is_joined)) - len(self._is_joined)
            self._tokens = np.pad(self._tokens, ((0, 0), (0, more)))
            self._is_joined = np.pad(self._is_joined, (0, more))
        new = slice(self._count, end)
        self._tokens[0, new], self._tokens[1, new] = terms, folded
        self._tokens[2, new] = [
            _ANY_WORD if form == same else surface_token(without_hyphen(form.decode())).encode()
            for form, same in zip(forms, folded, strict=True)
        ]
        self._is_joined[new] = [_SOFT_HYPHEN in form for form in forms]
        self._count = end

    def make(self, articles: Sequence[Article]) -> list[tuple[tuple[int, bytes], ...]]:
        """Of each article: how many words each of TEXT_FIELDS has, and the JSON of its layers."""
        found = self._vocabulary.tokenize([getattr(article, name) for article in articles for name in TEXT_FIELDS])
        self._add_new_forms()
        filled = np.flatnonzero(found.lengths)
        made = [b""] * len(found.lengths)
        for number, text in zip(filled.tolist(), self._make_json(found, filled) if len(filled) else (), strict=True):
            made[number] = text
        texts = zip(found.lengths.tolist(), made, strict=True)
        return list(zip(*[texts] * len(TEXT_FIELDS), strict=True))

    def _make_json(self, found: TokenArrays, filled: Ints) -> Iterator[bytes]:
        """The JSON of the texts that have words, whose numbers are `filled`."""
        forms = found.tokens + np.uint32(_FIRST)
        joined = np.flatnonzero(self._is_joined[forms])
        # A joined form stands behind the first half, and is no word more.
        words = np.delete(forms, joined)
        sentences, paragraphs, quotations = (
            indexes - np.searchsorted(joined, indexes) for indexes in (found.sentences, found.paragraphs, found.quotations)
        )
        lengths = found.lengths[filled]
        starts = np.cumsum(lengths) - lengths
        masks = np.zeros(len(words), dtype=np.uint16)
        _mark(masks, "s", *_units(np.concatenate((starts, sentences)), len(words)))
        _mark(masks, "p", *_units(np.concatenate((starts, paragraphs)), len(words)))
        bodies = np.flatnonzero(filled % len(TEXT_FIELDS) == TEXT_FIELDS.index("body"))
        _mark(masks, "l", starts[bodies], starts[bodies] + np.minimum(lengths[bodies], LEDE_WORDS) - 1)
        _mark(masks, "q", quotations[0::2], quotations[1::2])
        entries = np.insert(words, paragraphs, _SEPARATOR)
        structure = _STRUCTURES.take(np.insert(masks + np.uint16(_FIRST), paragraphs, _SEPARATOR)).tolist()
        if len(joined):
            halves = joined - 1 - np.arange(len(joined))
            halves += np.searchsorted(paragraphs, halves, side="right")
            self._add_joined(structure, forms[joined], halves)
        starts += np.searchsorted(paragraphs, starts)
        bounds = [*pairwise([*starts.tolist(), len(entries)])]
        layers = [
            _join_tokens(tokens, bounds) for tokens in (*(each.take(entries).tolist() for each in self._tokens), structure)
        ]
        return map(_TEXT_FIELD.__mod__, zip(*layers, strict=True))

    def _add_joined(self, structure: list[bytes], forms: AnyInts, halves: Ints) -> None:
        """Add the codes of divided words, given their joined forms and the indexes of their first
        halves."""
        for form, index in zip(forms.tolist(), halves.tolist(), strict=True):
            tokens = [*zip(_JOINED, self._tokens[:, form].tolist(), strict=True)]
            for half, sign in ((index, b"<"), (index + 1, b">")):
                structure[half] = b"|".join((structure[half], *(code + sign + token for code, token in tokens)))


def _units(starts: Ints, count: int) -> tuple[Ints, Ints]:
    """The first and the last words of units, given those that begin one, in any order."""
    starts = np.sort(starts)
    return starts, np.append(starts[1:], count) - 1


def _mark(masks: UInt16s, name: str, firsts: Ints, lasts: Ints) -> None:
    """Add the codes of spans to the masks of words. Reference implementation: `layers`."""
    if f"{name}=" in _CODES:
        single = firsts == lasts
        masks[firsts[single]] |= 1 << _CODES.index(f"{name}=")
        firsts, lasts = firsts[~single], lasts[~single]
    masks[firsts] |= 1 << _CODES.index(f"{name}(")
    masks[lasts] |= 1 << _CODES.index(f"{name})")


def _join_tokens(tokens: list[bytes], bounds: Sequence[tuple[int, int]]) -> list[bytes]:
    """The JSON of the paragraphs of each text, given all tokens of a layer and where each text
    begins and ends."""
    return [b" ".join(tokens[start:end]).replace(_PARAGRAPH_END, b'","') for start, end in bounds]
