"""Inverts a field: tokens in the order of the text come in, postings in the order of the terms go
out.

Sorting all tokens of a field at once would take many times their memory, so they are sorted in
slices of terms. Half of the work is to bring a slice's tokens together. For that the text is cut
into pieces that fit into a core's own cache, and the tokens of each piece are ordered by slice, in
place; each slice is then read from all pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from searchkit.arrays import AnyArray, Ints, UInt32s
from searchkit.codec.container import smallest_dtype
from searchkit.codec.postings_writer import PostingsSlice, PostingsWriter

PIECE_BITS = 16
"""The bits of a token's index in its piece."""
TOKENS_PER_PIECE = 1 << PIECE_BITS
"""The most tokens of a piece."""
_NARROW_KEY_BITS = 32
"""Keys that fit are sorted in so many bits; 64 bits take three times as long."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FormTerms:
    """Which term each form of a field belongs to.

    `terms[form]` is the form's term, `codes[form]` its number among the forms of that term (None
    where a field keeps no forms). `token_counts[term]` is how many tokens the term has. All int64.
    """

    terms: Ints
    codes: Ints | None
    token_counts: Ints


def write_postings(
    writer: PostingsWriter,
    tokens: UInt32s,
    token_counts: Ints,
    positions: AnyArray,
    forms: FormTerms,
    slice_tokens: int,
) -> None:
    """Invert the tokens of a field. Uses up `tokens` and `positions`.

    `tokens` are form numbers and `positions` their positions, both in the order of the text;
    `token_counts` says how many of them each document has. Slices of about `slice_tokens` bound the
    memory. Each slice is sorted by (term, index in the text), as one number.

    Reference implementation: a dictionary of lists, appended to token by token.
    """
    cuts = _slice_bounds(forms.token_counts, slice_tokens)
    slice_of_term = np.repeat(np.arange(len(cuts) - 1, dtype=np.uint32), np.diff(cuts))
    if not len(tokens):
        return
    pieces = _Pieces(tokens, positions, np.cumsum(token_counts), slice_of_term[forms.terms], len(cuts) - 1)
    narrow_terms = forms.terms.astype(np.uint32)
    narrow_codes = None if forms.codes is None else forms.codes.astype(smallest_dtype(int(forms.codes.max(initial=0))))

    def invert(number: int) -> PostingsSlice:
        begun, end = cuts[number : number + 2].tolist()
        slice_forms, docs, slice_positions = pieces.read_slice(number)
        keys = narrow_terms[slice_forms]
        keys -= np.uint32(begun)
        order, term = _sort(keys, end - begun)
        doc = docs[order]
        begins = np.ones(len(order), dtype=bool)
        np.not_equal(doc[1:], doc[:-1], out=begins[1:])
        begins[1:] |= term[1:] != term[:-1]
        firsts = np.flatnonzero(begins)
        tf = np.diff(firsts, append=len(order))
        codes = None if narrow_codes is None else narrow_codes[slice_forms][order]
        return PostingsSlice(end - begun, term[firsts], doc[firsts], tf, slice_positions[order], codes)

    for postings in _prefetch(invert, len(cuts) - 1):
        writer.append(postings)


def _prefetch(make: Callable[[int], T], count: int) -> Iterator[T]:
    """`make(0), make(1), ...`, each computed by a thread while the caller works on the one before.

    Reference implementation: `map(make, range(count))`.
    """
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
    """Consecutive tokens, ordered by slice: where those of each slice begin, and the first document
    of the piece."""

    starts: list[int]
    doc: int


class _Pieces:
    """The tokens of a field, ordered by slice within each piece.

    They are stored in the arrays that were passed. An item of `tokens` then has the form in its low
    bits, and above them the document, counted from the first one of the piece.
    """

    def __init__(self, tokens: UInt32s, positions: AnyArray, ends: Ints, slice_of_form: UInt32s, slices: int) -> None:
        """`ends` says where the tokens of each document end."""
        self._tokens, self._positions = tokens, positions
        self._bits = len(slice_of_form).bit_length()
        self._pieces: list[_Piece] = []
        edges = np.arange(slices + 1, dtype=np.uint64) << np.uint64(PIECE_BITS)
        for start, end, first, last in _piece_bounds(ends, len(tokens), 1 << (32 - self._bits)):
            forms = tokens[start:end]
            keys: AnyArray = slice_of_form[forms.astype(np.int64)]
            keys <<= np.uint32(PIECE_BITS)
            keys |= np.arange(end - start, dtype=np.uint32)
            keys.sort()
            order = (keys & np.uint32((1 << PIECE_BITS) - 1)).astype(np.int64)
            counts = np.diff(np.minimum(ends[first:last], end), prepend=start)
            docs = np.repeat(np.arange(last - first, dtype=np.uint32) << np.uint32(self._bits), counts)
            docs |= forms
            tokens[start:end] = docs[order]
            positions[start:end] = positions[start:end][order]
            self._pieces.append(_Piece((np.searchsorted(keys, edges) + start).tolist(), first))

    def read_slice(self, number: int) -> tuple[Ints, UInt32s, AnyArray]:
        """Form, document and position of each token of a slice, in the order of the text."""
        bounds = [(piece.starts[number], piece.starts[number + 1]) for piece in self._pieces]
        both = np.concatenate([np.zeros(0, dtype=np.uint32), *(self._tokens[low:high] for low, high in bounds)])
        forms = (both & np.uint32((1 << self._bits) - 1)).astype(np.int64)
        both >>= np.uint32(self._bits)
        first = np.array([piece.doc for piece in self._pieces], dtype=np.uint32)
        both += np.repeat(first, [high - low for low, high in bounds])
        positions = [self._positions[:0], *(self._positions[low:high] for low, high in bounds)]
        return forms, both, np.concatenate(positions)


def _piece_bounds(ends: Ints, tokens: int, docs: int) -> Iterator[tuple[int, int, int, int]]:
    """For each piece: the index of its first token and of the one after its last, its first
    document and the one after its last. A piece has at most `docs` documents."""
    start = 0
    while start < tokens:
        first = int(np.searchsorted(ends, start, side="right"))
        last = min(int(np.searchsorted(ends, start + TOKENS_PER_PIECE)) + 1, first + docs, len(ends))
        end = min(start + TOKENS_PER_PIECE, int(ends[last - 1]))
        yield start, end, first, last
        start = end


def _sort(keys: UInt32s, size: int) -> tuple[Ints, UInt32s]:
    """The stable order that sorts keys below `size`, and the sorted keys.

    Reference implementation: `argsort(keys, kind="stable")`. Sorting numbers that hold both key and
    index is many times faster.
    """
    bits = len(keys).bit_length()
    both: AnyArray = keys if bits + size.bit_length() <= _NARROW_KEY_BITS else keys.astype(np.uint64)
    number = both.dtype.type
    both <<= number(bits)
    both |= np.arange(len(keys), dtype=both.dtype)
    both.sort()
    order = (both & number((1 << bits) - 1)).astype(np.int64)
    both >>= number(bits)
    return order, both.astype(np.uint32, copy=False)


def count_tokens(tokens: UInt32s, size: int) -> Ints:
    """How often each number below `size` occurs among the tokens.

    They are counted in parts, because NumPy converts all that it counts to 64 bits.
    """
    counts = np.zeros(size, dtype=np.int64)
    step = max(4 * size, TOKENS_PER_PIECE)
    for start in range(0, len(tokens), step):
        counts += np.bincount(tokens[start : start + step], minlength=size)
    return counts


def _slice_bounds(token_counts: Ints, slice_tokens: int) -> Ints:
    """The terms at which slices of about so many tokens begin, and the one after the last."""
    before = np.cumsum(token_counts)
    cuts = [0]
    while cuts[-1] < len(token_counts):
        done = int(before[cuts[-1] - 1]) if cuts[-1] else 0
        cut = int(np.searchsorted(before, done + slice_tokens, side="right"))
        cuts.append(min(max(cut, cuts[-1] + 1), len(token_counts)))
    return np.array(cuts, dtype=np.int64)
