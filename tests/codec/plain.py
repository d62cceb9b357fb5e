"""Articles as plain Python, segments made of them, and segments read back: the reference
implementation of the whole codec."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from searchkit.codec.reader import SegmentReader, TextField, WordField
from searchkit.codec.writer import FieldTokens, SegmentWriter

TEXTS = ("title", "body")
WORDS = ("tags",)


class Word(NamedTuple):
    """A word at a position; `begins` 1: a sentence, 2: a paragraph (and so a sentence)."""

    form: str
    position: int
    begins: int = 0


@dataclass(frozen=True)
class Doc:
    """What a segment keeps of one article."""

    record: bytes = b""
    key: str = "k"
    color: str = ""
    date: int = 0
    digest: int = 0
    words: dict[str, tuple[Word, ...]] = field(default_factory=dict)
    offset: int = 0


def quoted(words: Sequence[Word]) -> list[int]:
    """The indexes of the first and last words of the quotations, in turns: each begins with a word
    that begins a sentence, and reaches to the next word that begins anything."""
    found = []
    for index, word in enumerate(words):
        if word.begins == 1:
            end = next((n for n in range(index + 1, len(words)) if words[n].begins), len(words))
            found += [index, end - 1]
    return found


def folded_of(form: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", form.casefold()) if not unicodedata.combining(c))


def term_of(form: str) -> str:
    """A stem that forms with the same folded text need not share, as in languages that stem before
    they fold."""
    return form.casefold()[:2]


@dataclass
class PlainField:
    """A field, as dictionaries in the order that a segment keeps."""

    lengths: list[int]
    postings: list[tuple[str, dict[int, list[tuple[int, str]]]]]
    forms: list[tuple[str, list[str]]]
    folded: list[tuple[str, list[str]]]
    sentences: list[list[int]]
    paragraphs: list[list[int]]
    quotations: list[list[int]]


@dataclass
class Plain:
    """All that a segment says."""

    records: list[bytes]
    values: dict[str, list[str]]
    numbers: dict[str, list[int]]
    fields: dict[str, PlainField]


def plain(docs: Sequence[Doc], texts: Sequence[str] = TEXTS, words: Sequence[str] = WORDS) -> Plain:
    """What a segment of these articles has to say: dictionaries of lists, appended to word by
    word."""
    return Plain(
        [doc.record for doc in docs],
        {"key.value": [doc.key for doc in docs], "color.value": [doc.color for doc in docs]},
        {"date": [doc.date for doc in docs], "digest": [doc.digest for doc in docs]}
        | ({"date_offset": offsets} if any(offsets := [doc.offset for doc in docs]) else {}),
        {name: _plain_field([doc.words.get(name, ()) for doc in docs], name in texts) for name in (*words, *texts)},
    )


def _plain_field(docs: Sequence[tuple[Word, ...]], stemmed: bool) -> PlainField:
    postings: dict[str, dict[int, list[tuple[int, str]]]] = {}
    forms: dict[str, set[str]] = {}
    folded: dict[str, set[tuple[str, str]]] = {}
    for number, words in enumerate(docs):
        for word in words:
            term = term_of(word.form) if stemmed else folded_of(word.form)
            postings.setdefault(term, {}).setdefault(number, []).append((word.position, word.form if stemmed else ""))
            if stemmed:
                forms.setdefault(term, set()).add(word.form)
                folded.setdefault(folded_of(word.form), set()).add((term, word.form))
    # Python compares texts by code points, which is the order of their bytes in UTF-8.
    return PlainField(
        [len(words) for words in docs],
        sorted(postings.items()),
        [(term, sorted(found)) for term, found in sorted(forms.items())],
        [(text, [form for _, form in sorted(found)]) for text, found in sorted(folded.items())],
        [[word.position for word in words[1:] if word.begins] for words in docs],
        [[word.position for word in words[1:] if word.begins == 2] for words in docs],
        [[words[index].position for index in quoted(words)] if stemmed else [] for words in docs],
    )


def tokens_of(name: str, docs: Sequence[Doc], stemmed: bool) -> FieldTokens:
    """The tokens of a field, as `SegmentWriter` takes them; the vocabulary has forms that stand
    nowhere."""
    numbers: dict[str, int] = {"never": 0, "Nowhere": 1}
    tokens, positions, sentences, paragraphs, quotations, lengths = [], [], [], [], [], []
    for doc in docs:
        words = doc.words.get(name, ())
        lengths.append(len(words))
        quotations += [len(tokens) + index for index in quoted(words)]
        for index, word in enumerate(words):
            if index and word.begins:
                sentences.append(len(tokens))
            if index and word.begins == 2:
                paragraphs.append(len(tokens))
            tokens.append(numbers.setdefault(word.form, len(numbers)))
            positions.append(word.position)
    return FieldTokens(
        name,
        [form.encode() for form in numbers],
        [(term_of(form) if stemmed else folded_of(form)).encode() for form in numbers],
        [folded_of(form).encode() for form in numbers] if stemmed else None,
        np.array(tokens, dtype=np.uint32),
        np.array(lengths, dtype=np.int64),
        np.array(lengths, dtype=np.int64),
        np.array(positions, dtype=np.uint16 if max(positions, default=0) < 65_536 else np.uint32),
        np.array(sentences, dtype=np.int64),
        np.array(paragraphs, dtype=np.int64),
        np.array(quotations, dtype=np.int64),
    )


def build(path: Path, docs: Sequence[Doc], texts: Sequence[str] = TEXTS, words: Sequence[str] = WORDS) -> SegmentReader:
    """Write a segment of these articles, and open it."""
    with SegmentWriter(path) as writer:
        for doc in docs:
            writer.stored_fields.add(doc.record)
        size = writer.finish(
            len(docs),
            [tokens_of(name, docs, name in texts) for name in (*texts, *words)],
            {"key.value": [doc.key.encode() for doc in docs], "color.value": [doc.color.encode() for doc in docs]},
            {
                "date": np.array([doc.date for doc in docs], dtype=np.int64),
                "digest": np.array([doc.digest for doc in docs], dtype=np.uint64),
                "date_offset": np.array([doc.offset for doc in docs], dtype=np.int32),
            },
        )
    assert path.stat().st_size == size
    return SegmentReader(path)


def read(segment: SegmentReader) -> Plain:
    """All that a segment says, through the functions that read many terms and documents at once."""
    return Plain(
        [segment.stored_fields.record(doc) for doc in range(segment.doc_count)],
        {n: [segment.value_column(n).value(doc).decode() for doc in range(segment.doc_count)] for n in segment.value_names},
        {name: segment.number_column(name).tolist() for name in segment.number_names},
        {name: _read_field(found, segment.doc_count) for name, found in segment.fields.items()},
    )


def _read_field(found: WordField, docs: int) -> PlainField:
    terms = [text.decode() for text in found.terms.tolist()]
    ids = np.arange(len(terms), dtype=np.int64)
    documents, tf, counts = (array.tolist() for array in found.postings.docs_and_tf(ids))
    positions, token_counts = (array.tolist() for array in found.postings.positions_of_terms(ids))
    forms: list[str] = []
    per_form: list[tuple[str, list[str]]] = []
    folded: list[tuple[str, list[str]]] = []
    written = [""] * len(positions)
    if isinstance(found, TextField):
        forms = [text.decode() for text in found.forms.tolist()]
        firsts = found.first_forms.tolist()
        per_form = [(term, forms[firsts[i] : firsts[i + 1]]) for i, term in enumerate(terms)]
        codes = iter(found.postings.form_codes(ids).tolist())
        written = [forms[firsts[term] + next(codes)] for term in range(len(terms)) for _ in range(token_counts[term])]
        folded = [
            (text.decode(), [forms[form] for form in found.forms_of_folded(np.array([number])).tolist()])
            for number, text in enumerate(found.folded.tolist())
        ]
    occurrences = iter(zip(positions, written, strict=True))
    postings_of_docs = iter(zip(documents, tf, strict=True))
    postings: list[tuple[str, dict[int, list[tuple[int, str]]]]] = []
    for term, count in zip(terms, counts, strict=True):
        of_term: dict[int, list[tuple[int, str]]] = {}
        for _ in range(count):
            doc, times = next(postings_of_docs)
            of_term[doc] = [next(occurrences) for _ in range(times)]
        assert list(of_term) == sorted(of_term)
        postings.append((term, of_term))
    assert next(occurrences, None) is None
    assert next(postings_of_docs, None) is None
    unit_starts = []
    kinds = [found.sentences, found.paragraphs, *([found.quotations] if isinstance(found, TextField) else [])]
    for kind in kinds:
        starts, sizes = kind.in_docs(np.arange(docs, dtype=np.int64))
        edges = np.cumsum([0, *sizes.tolist()]).tolist()
        unit_starts.append([starts[edges[doc] : edges[doc + 1]].tolist() for doc in range(docs)])
    if len(kinds) == 2:
        unit_starts.append([[] for _ in range(docs)])
    return PlainField(found.lengths.tolist(), postings, per_form, folded, *unit_starts)


FORMS = ("aa", "AA", "Aa", "aab", "Aabc", "b", "é", "e", "É", "ét", "et", "Ét", "ß", "SS", "日本", "日本語", "x😀", "0", "ﬀ")
STEPS = (1, 1, 1, 2, 101, 254, 255, 256, 510, 65_535, 70_000)


@st.composite
def fields(draw: st.DrawFn) -> tuple[Word, ...]:
    """The words of one field of one document; positions leap far now and then."""
    position = -1
    words = []
    for form, step, begins in draw(
        st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(STEPS), st.sampled_from((0, 0, 1, 2))), max_size=8)
    ):
        position += step
        words.append(Word(form, position, begins))
    return tuple(words)


DOCS = st.builds(
    Doc,
    st.binary(max_size=20),
    st.sampled_from(("k", "l", "日", "", "kk")),
    st.sampled_from(("", "red", "réd", "blue")),
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 2**64 - 1),
    st.fixed_dictionaries({name: fields() for name in (*TEXTS, *WORDS)}),
    st.sampled_from((0, 0, 0, 14_400, -86_399)),
)
"""One document with every feature, each small."""


def random_docs(seed: int, count: int, names: Iterable[str] = (*TEXTS, *WORDS), longest: int = 12) -> list[Doc]:
    """Many documents that differ by the seed only."""
    chance = random.Random(seed)
    docs = []
    for number in range(count):
        words = {}
        for name in names:
            position = -1
            found = []
            for _ in range(chance.randrange(longest)):
                position += chance.choice((1, 1, 1, 1, 1, 2, 101, 255))
                found.append(Word(chance.choice(FORMS), position, chance.choice((0, 0, 0, 1, 2))))
            words[name] = tuple(found)
        record = f'["{number}", "{chance.choice(FORMS)} peace and trade", {chance.random()}]'.encode()
        docs.append(Doc(record, f"k{number}", chance.choice(("", "red", "réd", "blue")), chance.randrange(2**62),
                        chance.randrange(2**64), words, (0, 14_400, -12_600)[number % 3]))  # fmt: skip
    return docs
