"""The words of many texts at once, as arrays: what indexing spends its time on.

A text is cut into chunks, maximal runs of letters, digits, marks and the signs ' . , ! ?, because no word and no end of a
sentence reaches over their bounds. An archive has few distinct chunks; each is taken apart once, by the same regular
expression as everywhere, and looked up in a dictionary from then on. The rest is arithmetic on whole batches.

Slow twin: `find_words`, `sentence_starts` and `Analyzer.term`, text by text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.analysis.characters import JOINERS, MARKS
from searchkit.analysis.normalize import fold, normalize
from searchkit.analysis.sentences import chunk_ends
from searchkit.analysis.words import LONGEST_WORD, PARAGRAPH_GAP, WORD, paragraph_starts, written_form

Ints = npt.NDArray[np.int64]

MOST_CHUNKS = 1_000_000
"""Distinct chunks that are remembered; beyond, all are forgotten and met anew."""

_TEXT_END, _PARAGRAPH, _SENTENCE = 0, 1, 2
_SIGNS = (b"\x01", b"\x02", b"\x03")
"""Chunks that stand for the end of a text, of a paragraph, and of a sentence in scripts without blanks."""
_KEPT = b"'.,!?\x01\x02\x03"
_TABLE = bytes(
    code if code >= 0x80 or bytes([code]).isalnum() or code in _KEPT else 0x27 if code == 0x60 else 0x20 for code in range(256)
)
"""For `bytes.translate`: what stands in no chunk becomes a blank, a grave accent an apostrophe."""
_CHUNK = re.compile(rf"[\w{MARKS}{JOINERS}'.,!?]+")
_RESERVED = {1: " ", 2: " ", 3: " "}
_TYPOGRAPHIC = (("’", "'"), ("“", '"'), ("”", '"'), ("‘", "'"), ("–", "-"), ("—", "-"), ("\u00a0", " "), ("…", " "))
"""What most news has beyond ASCII, as `straighten` has it: without these a text is usually ASCII."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a batch of texts. `tokens` (uint32) are numbers of forms, `lengths` (int64) words of each text,
    `positions` (uint16, or uint32 where one needs it) one a token, `sentences` and `paragraphs` (int64) the tokens, but for
    the first of each text, at which one begins."""

    tokens: npt.NDArray[np.uint32]
    lengths: Ints
    positions: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]
    sentences: Ints
    paragraphs: Ints


class Vocabulary:
    """Distinct written forms, numbered as they come, with the term and the folded form of each (UTF-8)."""

    def __init__(self, term: Callable[[str], str]) -> None:
        self._term = term
        self._numbers: dict[str, int] = {}
        self.forms: list[bytes] = []
        self.terms: list[bytes] = []
        self.folded: list[bytes] = []
        self._chunks = _Chunks(self._number)

    def __len__(self) -> int:
        return len(self.forms)

    def _number(self, form: str) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self.forms)
            self.forms.append(form.encode())
            self.terms.append(self._term(form).encode())
            self.folded.append(fold(form).encode())
        return number

    def tokens(self, texts: Sequence[bytes]) -> Tokens:
        """The words of texts that `chunked` prepared."""
        if len(self._chunks) > MOST_CHUNKS:
            self._chunks = _Chunks(self._number)
        chunks = self._chunks
        blob = b" \x01 ".join((*texts, b"")).translate(_TABLE)
        parts = blob.split()
        ids = np.fromiter(map(chunks.__getitem__, parts), dtype=np.int32, count=len(parts))
        if len(texts) == 0:
            ids = ids[:0]
        return _tokens(ids, chunks, len(texts))


def chunked(text: str) -> bytes:
    """A text as `Vocabulary.tokens` takes it: normalized, in UTF-8, ends of paragraphs marked."""
    if not text.isascii():
        for typographic, plain in _TYPOGRAPHIC:
            text = text.replace(typographic, plain)
        if not text.isascii():
            text = normalize(text)[0]
    if "\x01" in text or "\x02" in text or "\x03" in text:
        text = text.translate(_RESERVED)
    starts = paragraph_starts(text)
    plain_text = text.isascii()
    if len(starts) == 1:
        return text.encode() if plain_text else _cut(text)
    starts.append(len(text))
    pieces = [text[starts[i] : starts[i + 1]] for i in range(len(starts) - 1)]
    return " \x02 ".join(pieces).encode() if plain_text else b" \x02 ".join(map(_cut, pieces))


def chunked_values(values: Iterable[str]) -> bytes:
    """Several values of a field, a paragraph's gap apart."""
    return b" \x02 ".join(map(chunked, values))


def _cut(text: str) -> bytes:
    if "。" in text:
        return b" \x03 ".join(map(_cut, text.split("。")))
    return " ".join(_CHUNK.findall(text)).encode()


class _Chunks(dict[bytes, int]):
    """Chunks by their bytes, numbered as they come; what each holds stands in columns beside."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__(zip(_SIGNS, range(len(_SIGNS)), strict=True))
        self._number = number
        self.more: dict[int, list[int]] = {}
        """The forms of chunks with several words."""
        # One number a chunk, for tuples by the hundred thousand would keep the garbage collector busy.
        self._new: list[int] = [0] * len(_SIGNS)
        self._columns = np.zeros((4, 0), dtype=np.uint32)

    def columns(self) -> npt.NDArray[np.uint32]:
        """Of each chunk: words, first form, whether it ends a sentence, whether it can begin one (4 rows)."""
        if self._new:
            packed = np.array(self._new, dtype=np.int64)
            fresh = np.array([(packed >> 2) & 0xFFFFFFF, packed >> 30, (packed >> 1) & 1, packed & 1], dtype=np.uint32)
            self._columns = np.concatenate([self._columns, fresh], axis=1)
            self._new = []
        return self._columns

    def __missing__(self, chunk: bytes) -> int:
        text = chunk.decode()
        number = len(self)
        self[chunk] = number
        core = text.rstrip(".,!?")
        if core.isalnum() and core.isascii():  # most chunks are one plain word
            ends = len(core) < len(text) and chunk_ends(core, text[len(core) :])
            self._new.append(self._number(core[:LONGEST_WORD]) << 30 | 4 | ends << 1 | (not core[0].islower()))
            return number
        found = list(WORD.finditer(text))
        if not found:
            self._new.append(any(mark in text for mark in ".!?") << 1)
            return number
        forms = [self._number(written_form(match[0])) for match in found]
        if len(forms) > 1:
            self.more[number] = forms
        ends = chunk_ends(found[-1][0], text[found[-1].end() :])
        self._new.append(forms[0] << 30 | len(forms) << 2 | ends << 1 | (not found[0][0][0].islower()))
        return number


def _tokens(ids: npt.NDArray[np.int32], chunks: _Chunks, texts: int) -> Tokens:
    words, first_form, ends, begins = chunks.columns()
    counts = words[ids]
    holds = np.flatnonzero(counts)
    counts = counts[holds]
    heads = first_form[ids[holds]]
    text = np.cumsum(ids == _TEXT_END, dtype=np.int32)[holds]
    # What stands between a chunk with words and the one before it, by differences of running counts.
    same_text = np.zeros(len(holds), dtype=bool)
    np.equal(text[1:], text[:-1], out=same_text[1:])
    paragraph = _between(ids == _PARAGRAPH, holds) & same_text
    sentence = _between(ends[ids] != 0, holds, with_last=True) & (begins[ids[holds]] != 0)
    if (ids == _SENTENCE).any():
        sentence |= _between(ids == _SENTENCE, holds)
    sentence = (sentence & same_text) | paragraph
    several = np.flatnonzero(counts > 1)
    if len(several) == 0:
        tokens, place = heads, None
        lengths = np.bincount(text, minlength=texts)[:texts]
    else:
        tokens = np.repeat(heads, counts)
        place = np.cumsum(counts, dtype=np.int64) - counts
        for at in several.tolist():
            tokens[place[at] : place[at] + counts[at]] = chunks.more[int(ids[holds[at]])]
        lengths = np.bincount(text, weights=counts, minlength=texts)[:texts].astype(np.int64)
    sentences, paragraphs = np.flatnonzero(sentence), np.flatnonzero(paragraph)
    if place is not None:
        sentences, paragraphs = place[sentences], place[paragraphs]
    return Tokens(tokens, lengths, _positions(lengths, paragraphs), sentences, paragraphs)


def _positions(lengths: Ints, paragraphs: Ints) -> npt.NDArray[np.uint16] | npt.NDArray[np.uint32]:
    """The positions of tokens, given the texts' lengths and the tokens that begin a paragraph within a text.

    Steps of 1, of PARAGRAPH_GAP at a paragraph and back to 0 at a text, added up.
    """
    total = int(lengths.sum())
    steps = np.ones(total, dtype=np.int32)
    steps[paragraphs] = PARAGRAPH_GAP
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    if total:
        breaks = np.searchsorted(paragraphs, starts)
        before = starts + (PARAGRAPH_GAP - 1) * breaks  # where a text would begin if all were one
        steps[starts[0]] = 0
        steps[starts[1:]] = 1 - np.diff(before)  # the last position of the text before, taken back
    positions = np.cumsum(steps, dtype=np.int64)
    return positions.astype(np.uint16 if total == 0 or int(positions.max()) < 65_536 else np.uint32)


def _between(flags: npt.NDArray[np.bool_], holds: Ints, *, with_last: bool = False) -> npt.NDArray[np.bool_]:
    """Whether any flag stands between a chunk with words (those at `holds`) and the one before it, which counts too
    when `with_last`; False for the first."""
    before = np.cumsum(flags, dtype=np.int32)
    found = np.zeros(len(holds), dtype=bool)
    if len(holds) > 1:
        upto = before[holds[1:] - 1]
        since = before[holds[:-1]] - (flags[holds[:-1]] if with_last else 0)
        found[1:] = upto > since
    return found
