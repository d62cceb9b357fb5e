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
from searchkit.analysis.chunks import BEGINS, ENDS, FORM_SHIFT, MANY, PARAGRAPH, SENTENCE, TEXT_END, WORDS, Chunks
from searchkit.analysis.normalize import fold, normalize
from searchkit.analysis.words import PARAGRAPH_GAP, paragraph_starts

Ints = npt.NDArray[np.int64]

MOST_CHUNKS = 1_000_000
"""Distinct chunks that are remembered; beyond, all are forgotten and met anew."""

_KEPT = b"'.,!?\x01\x02\x03"
TO_CHUNKS = bytes(
    code if code >= 0x80 or bytes([code]).isalnum() or code in _KEPT else 0x27 if code == 0x60 else 0x20
    for code in range(256)
)
"""For `bytes.translate`: what stands in no chunk becomes a blank, a grave accent an apostrophe."""
_CHUNK = re.compile(rf"[\w{MARKS}{JOINERS}'.,!?]+")
_BLANK_LINE = re.compile(rb"\n *\n")
_BOTH_INDENTED = re.compile(rb"\n  [^\n]*\n  ")
_CONTROLS = bytes(code for code in range(0x20) if code != 0x0A)
_INDENTED = re.compile(r"\n[^\S\n]")
_RESERVED = {1: ";", 2: ";", 3: ";"}
"""Signs of ours that stand in a text part words there, and are no white space: so do semicolons."""
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
        self._numbers: dict[bytes, int] = {}
        self.forms: list[bytes] = []
        self.terms: list[bytes] = []
        self.folded: list[bytes] = []
        self._chunks = Chunks(self._number)

    def __len__(self) -> int:
        return len(self.forms)

    def _number(self, form: bytes) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self.forms)
            self.forms.append(form)
            if form.isdigit():  # the half of a vocabulary; there is nothing to fold or to stem
                self.terms.append(form)
                self.folded.append(form)
                return number
            text = form.decode()
            self.terms.append(self._term(text).encode())
            folded = fold(text)
            self.folded.append(form if folded == text else folded.encode())
        return number

    def tokens(self, texts: Sequence[bytes]) -> Tokens:
        """The words of texts that `chunked` prepared."""
        if len(self._chunks) > MOST_CHUNKS:
            self._chunks = Chunks(self._number)
        blob = b" \x01 ".join((*texts, b"")) if texts else b""
        return _tokens(self._chunks.find(blob.translate(TO_CHUNKS)), self._chunks.more, len(texts))


def chunked(text: str) -> bytes:
    """A text as `Vocabulary.tokens` takes it: normalized, in UTF-8, ends of paragraphs marked."""
    if not text.isascii():
        for typographic, plain in _TYPOGRAPHIC:
            text = text.replace(typographic, plain)
        if not text.isascii():
            text = normalize(text)[0]
    if "\x01" in text or "\x02" in text or "\x03" in text:
        text = text.translate(_RESERVED)
    plain_text = text.isascii()
    if "\n" not in text:
        return text.encode() if plain_text else _cut(text)
    if plain_text and not _INDENTED.search(text):
        return text.replace("\n\n", " \x02 ").encode()  # empty lines alone part paragraphs here
    if plain_text:
        data = text.encode()
        # As news agencies have it: lines that begin a paragraph are indented, others are not, and none is empty.
        if (
            data[0] not in b" \n"
            and len(data.translate(None, _CONTROLS)) == len(data)
            and _BLANK_LINE.search(data) is None
            and _BOTH_INDENTED.search(data) is None
        ):
            return data.replace(b"\n  ", b" \x02 ")
    starts = paragraph_starts(text)
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


def _tokens(found: npt.NDArray[np.uint64], more: dict[int, list[int]], texts: int) -> Tokens:
    """The words of chunks, each given by what `Chunks` knows of it."""
    flags = found.astype(np.uint8)  # all but the number
    holding = (flags & WORDS) != 0
    holds = np.flatnonzero(holding)
    before = np.cumsum(holding) - holding  # chunks with words before each
    tokens = (found[holds] >> np.uint64(FORM_SHIFT)).astype(np.uint32)
    held = flags[holds]
    # Ends of texts, paragraphs and sentences are few: each is carried to the next chunk that holds a word.
    text_ends = before[np.flatnonzero(flags & TEXT_END)]
    paragraph = np.zeros(len(holds) + 1, dtype=bool)
    paragraph[before[np.flatnonzero(flags & PARAGRAPH)]] = True
    sentence = np.zeros(len(holds) + 1, dtype=bool)
    ended = np.flatnonzero(flags & ENDS)
    sentence[before[ended] + holding[ended]] = True
    sentence[:-1] &= (held & BEGINS) != 0
    sentence[before[np.flatnonzero(flags & SENTENCE)]] = True
    for firsts in (paragraph, sentence):
        firsts[0] = False
        firsts[text_ends] = False  # what begins with a text is not counted
        firsts[-1] = False
    sentence |= paragraph
    lengths = np.diff(text_ends, prepend=0)
    sentences, paragraphs = np.flatnonzero(sentence), np.flatnonzero(paragraph)
    several = np.flatnonzero(held & MANY)
    if len(several):
        counts = np.ones(len(holds) + 1, dtype=np.int64)
        chunks = tokens[several].tolist()
        counts[several] = [len(more[chunk]) for chunk in chunks]
        place = np.cumsum(counts) - counts
        tokens = np.repeat(tokens, counts[:-1])
        for at, chunk in zip(place[several].tolist(), chunks, strict=True):
            forms = more[chunk]
            tokens[at : at + len(forms)] = forms
        sentences, paragraphs = place[sentences], place[paragraphs]
        lengths = np.diff(place[text_ends], prepend=0)
    return Tokens(tokens, lengths.astype(np.int64), _positions(lengths, paragraphs), sentences, paragraphs)


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
    if total == 0 or int(positions.max()) < 65_536:
        return positions.astype(np.uint16)
    return positions.astype(np.uint32)
