"""Finds the words of a snapshot that are spelled like another one, without reading its dictionaries
in full.

Candidates share their beginning or their end with the word (`spelling.is_near`). Both are found by
bisection: in the dictionary of folded texts, and in its order by reversed texts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.analysis import without_hyphen
from searchkit.arrays import Bools, Ints
from searchkit.codec.dictionary import Dictionary
from searchkit.codec.ragged import run_starts, starts_from_counts
from searchkit.codec.reader import TextField, WordField
from searchkit.query.snapshot import Snapshot
from searchkit.query.spelling import shared_length
from searchkit.query.terms import edit_distances

_BYTES_PER_EDIT = 4
"""The bytes (UTF-8) by which one edit makes a text longer or shorter, at most."""
_TERM_BITS = 32
"""The bits of the number of a term."""


def find_near_words(snapshot: Snapshot, attributes: Sequence[str], folded: str, edits: int) -> dict[str, int]:
    """The folded words within `edits` of another one in some fields of all segments, each with an
    estimate of the articles that it finds: the postings of its terms in the segments that have it.

    Reference implementation: `spelling.is_near` of each folded word.
    """
    candidates = [
        (field, _sharing_numbers(field, folded, edits)) for view in snapshot.views for field in map(view.field, attributes)
    ]
    is_near = _near_mask([(field.folded, numbers) for field, numbers in candidates], folded, edits)
    found: dict[str, int] = {}
    at = 0
    for field, numbers in candidates:
        near = numbers[is_near[at : at + len(numbers)]]
        at += len(numbers)
        for text, estimate in zip(field.folded.tolist(near), _estimate_documents(field, near), strict=True):
            word = text.decode()
            found[word] = found.get(word, 0) + estimate
    return found


def surface_forms(snapshot: Snapshot, attributes: Sequence[str], folded: str) -> frozenset[str]:
    """The surface forms of a folded word in some fields; in one that keeps none, the word
    itself."""
    forms: set[str] = set()
    for view in snapshot.views:
        for attribute in attributes:
            field = view.field(attribute)
            number = field.folded.find(folded.encode("utf-8", "surrogatepass"))
            if number >= 0 and not isinstance(field, TextField):
                forms.add(folded)
            elif number >= 0 and isinstance(field, TextField):
                numbers = field.forms_of_folded(np.array([number], dtype=np.int64))
                forms.update(without_hyphen(field.forms.text(form)) for form in numbers.tolist())
    return frozenset(forms)


def _sharing_numbers(field: WordField, folded: str, edits: int) -> Ints:
    """The numbers of the folded texts of a field that share their beginning or end with a word, and
    may have its length but for some edits."""
    dictionary = field.folded
    shared = shared_length(folded, edits)
    first, last = dictionary.prefix_range(folded[:shared].encode())
    ending = field.reversed.suffix(folded[-shared:])
    numbers = np.concatenate([np.arange(first, last, dtype=np.int64), ending[(ending < first) | (ending >= last)]])
    starts = dictionary.starts
    sizes = starts[numbers + 1].astype(np.int64) - starts[numbers]
    return numbers[np.abs(sizes - len(folded.encode())) <= edits * _BYTES_PER_EDIT]


def _near_mask(candidates: Sequence[tuple[Dictionary, Ints]], folded: str, edits: int) -> Bools:
    """Which of some texts, given by their numbers in dictionaries, are within `edits` of a word."""
    parts = [dictionary.code_points_of(numbers) for dictionary, numbers in candidates]
    characters = np.concatenate([np.zeros(0, dtype=np.uint32), *(part for part, _ in parts)])
    lengths = np.concatenate([np.zeros(0, dtype=np.int64), *(np.diff(starts) for _, starts in parts)])
    starts = starts_from_counts(lengths)
    wanted = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    mask = np.zeros(len(lengths), dtype=bool)
    for length in range(len(wanted) - edits, len(wanted) + edits + 1):
        chosen = np.flatnonzero(lengths == length)
        if len(chosen):
            mask[chosen] = edit_distances(characters, starts[chosen], length, wanted) <= edits
    return mask


def _estimate_documents(field: WordField, numbers: Ints) -> list[int]:
    """For each of some folded texts, the postings of all terms that it has."""
    if not isinstance(field, TextField):
        return field.postings.doc_freqs(numbers).tolist()
    terms, counts = field.terms_of_folded(numbers)
    # `numpy.unique` would import 15 ms of modules that nothing else needs.
    keys = np.sort(np.repeat(np.arange(len(numbers), dtype=np.int64), counts) << _TERM_BITS | terms)
    keys = keys[run_starts(keys)]
    frequencies = field.postings.doc_freqs(keys & (1 << _TERM_BITS) - 1)
    return np.bincount(keys >> _TERM_BITS, weights=frequencies, minlength=len(numbers)).astype(np.int64).tolist()
