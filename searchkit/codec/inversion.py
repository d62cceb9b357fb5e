"""Tokens in the order of the text in, postings in the order of the terms out.

All tokens of a field are many times what memory has room for while they are sorted, so they are sorted in slices of
terms. To bring a slice's tokens together is half of the work: pieces of the text, small enough for a core's own cache,
are put in the order of the slices where they lie; each slice is then read from all pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from searchkit.arrays import AnyArray, Ints, UInt32s
from searchkit.codec.container import smallest_dtype
from searchkit.codec.postings import PostingsWriter

PIECE_BITS = 16
"""Bits of a place in a piece."""
PIECE = 1 << PIECE_BITS
"""Tokens of a piece at most."""
_NARROW = 32
"""Bits of the numbers that are sorted where they do; those of 64 bits take three times as long."""

T = TypeVar("T")


def write_postings(
    writer: PostingsWriter,
    tokens: UInt32s,
    term_of: Ints,
    form_codes: Ints | None,
    per_term: Ints,
    token_counts: Ints,
    positions: AnyArray,
    slice_tokens: int,
) -> None:
    """Invert tokens by sorting: (term, place in the text) as one number each. Uses up `tokens` and `positions`.

    `tokens` are form ids; `term_of[form]` is the form's term and `form_codes[form]` its number among the forms of its
    term (None: these are not kept). `per_term` are tokens of each term, `token_counts` of each document. Slices of about
    `slice_tokens` bound the memory. Slow twin: a dictionary of lists, appended to token by token.
    """
    cuts = _cuts(per_term, slice_tokens)
    slice_of_term = np.repeat(np.arange(len(cuts) - 1, dtype=np.uint32), np.diff(cuts))
    if not len(tokens):
        return
    pieces = _Pieces(tokens, positions, np.cumsum(token_counts), slice_of_term[term_of], len(cuts) - 1)
    narrow_terms = term_of.astype(np.uint32)
    narrow_codes = None if form_codes is None else form_codes.astype(smallest_dtype(int(form_codes.max(initial=0))))

    def inverted(number: int) -> tuple[int, UInt32s, UInt32s, Ints, AnyArray, AnyArray | None]:
        begun, end = cuts[number : number + 2].tolist()
        forms, docs, places = pieces.of_slice(number)
        keys = narrow_terms[forms]
        keys -= np.uint32(begun)
        order, term = _sorted(keys, end - begun)
        doc = docs[order]
        begins = np.ones(len(order), dtype=bool)
        np.not_equal(doc[1:], doc[:-1], out=begins[1:])
        begins[1:] |= term[1:] != term[:-1]
        firsts = np.flatnonzero(begins)
        tf = np.diff(firsts, append=len(order))
        codes = None if narrow_codes is None else narrow_codes[forms][order]
        return end - begun, term[firsts], doc[firsts], tf, places[order], codes

    for postings in _prefetch(inverted, len(cuts) - 1):
        writer.append(*postings)


def _prefetch(make: Callable[[int], T], count: int) -> Iterator[T]:
    """What is made of 0, 1, 2, ...: each by a thread while the caller has the one before. Slow twin: `map(make, ...)`."""
    if count == 1:
        yield make(0)
        return
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(make, 0)
        for number in range(1, count):
            made = coming.result()
            coming = thread.submit(make, number)
            yield made
        yield coming.result()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Tokens side by side in the text, the slices' in turn: where each slice's begin, and the first document."""

    starts: list[int]
    doc: int


class _Pieces:
    """The tokens of a field by slices. The numbers of tokens are used up: below their forms' bits stand the forms, above
    them the documents, counted from the first one of the piece."""

    def __init__(self, tokens: UInt32s, positions: AnyArray, ends: Ints, slice_of_form: UInt32s, slices: int) -> None:
        self._tokens, self._positions = tokens, positions
        self._bits = len(slice_of_form).bit_length()
        self._pieces: list[_Piece] = []
        edges = np.arange(slices + 1, dtype=np.uint64) << np.uint64(PIECE_BITS)
        for start, end, first, last in _bounds(ends, len(tokens), 1 << (32 - self._bits)):
            forms = tokens[start:end]
            keys: AnyArray = slice_of_form[forms.astype(np.int64)]
            keys <<= np.uint32(PIECE_BITS)
            keys |= np.arange(end - start, dtype=np.uint32)
            keys.sort()
            order = (keys & np.uint32((1 << PIECE_BITS) - 1)).astype(np.int64)
            tokens_of = np.diff(np.minimum(ends[first:last], end), prepend=start)
            docs = np.repeat(np.arange(last - first, dtype=np.uint32) << np.uint32(self._bits), tokens_of)
            docs |= forms
            tokens[start:end] = docs[order]
            positions[start:end] = positions[start:end][order]
            self._pieces.append(_Piece((np.searchsorted(keys, edges) + start).tolist(), first))

    def of_slice(self, number: int) -> tuple[Ints, UInt32s, AnyArray]:
        """Form, document and position of each token of a slice, in the order of the text."""
        bounds = [(piece.starts[number], piece.starts[number + 1]) for piece in self._pieces]
        both = np.concatenate([np.zeros(0, dtype=np.uint32), *(self._tokens[low:high] for low, high in bounds)])
        forms = (both & np.uint32((1 << self._bits) - 1)).astype(np.int64)
        both >>= np.uint32(self._bits)
        first = np.array([piece.doc for piece in self._pieces], dtype=np.uint32)
        both += np.repeat(first, [high - low for low, high in bounds])
        positions = [self._positions[:0], *(self._positions[low:high] for low, high in bounds)]
        return forms, both, np.concatenate(positions)


def _bounds(ends: Ints, tokens: int, docs: int) -> Iterator[tuple[int, int, int, int]]:
    """Tokens and documents at which pieces begin and end, with `docs` documents at most."""
    start = 0
    while start < tokens:
        first = int(np.searchsorted(ends, start, side="right"))
        last = min(int(np.searchsorted(ends, start + PIECE)) + 1, first + docs, len(ends))
        end = min(start + PIECE, int(ends[last - 1]))
        yield start, end, first, last
        start = end


def _sorted(keys: UInt32s, size: int) -> tuple[Ints, UInt32s]:
    """The order that sorts keys below `size`, equal ones as they come, and the sorted keys.

    Slow twin: `argsort(keys, kind="stable")`. Sorting numbers that hold both key and place is many times faster.
    """
    bits = len(keys).bit_length()
    both: AnyArray = keys if bits + size.bit_length() <= _NARROW else keys.astype(np.uint64)
    number = both.dtype.type
    both <<= number(bits)
    both |= np.arange(len(keys), dtype=both.dtype)
    both.sort()
    order = (both & number((1 << bits) - 1)).astype(np.int64)
    both >>= number(bits)
    return order, both.astype(np.uint32, copy=False)


def counts_of(tokens: UInt32s, size: int) -> Ints:
    """How often each number below `size` stands among the tokens; piece by piece, for NumPy counts in 64 bits."""
    counts = np.zeros(size, dtype=np.int64)
    step = max(4 * size, PIECE)
    for start in range(0, len(tokens), step):
        counts += np.bincount(tokens[start : start + step], minlength=size)
    return counts


def _cuts(per_term: Ints, slice_tokens: int) -> Ints:
    """Where slices of terms with about so many tokens each begin and end."""
    before = np.cumsum(per_term)
    cuts = [0]
    while cuts[-1] < len(per_term):
        done = int(before[cuts[-1] - 1]) if cuts[-1] else 0
        cut = int(np.searchsorted(before, done + slice_tokens, side="right"))
        cuts.append(min(max(cut, cuts[-1] + 1), len(per_term)))
    return np.array(cuts, dtype=np.int64)
