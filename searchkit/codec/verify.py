"""Verifies a segment: every checksum, and whether its parts fit each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from searchkit.arrays import AnyArray, Bools, Ints
from searchkit.codec.dictionary import Dictionary, ReversedDictionary, reversed_order
from searchkit.codec.ragged import starts_from_counts
from searchkit.codec.reader import SegmentReader, TextField, WordField
from searchkit.codec.string_array import as_string_array
from searchkit.codec.writer import find_divided_forms
from searchkit.errors import CorruptIndex, IndexMismatch

MAX_OCCURRENCES = 2**22
"""How many occurrences are looked at together: about 60 bytes are needed for each."""


def find_damage(path: Path) -> Iterator[str]:
    """Say what is damaged in a segment, one sentence each. Raises OSError."""
    try:
        segment = SegmentReader(path)
    except (CorruptIndex, IndexMismatch) as error:
        yield str(error)
        return
    has_checksums = True
    for damage in segment.container.find_damage():
        has_checksums = False
        yield f"{path} is damaged: {damage}"
    if not has_checksums:
        return  # its parts cannot fit each other
    try:
        for damage in _find_inconsistencies(segment):
            yield f"{path} is damaged: {damage}"
    except CorruptIndex as error:
        yield str(error)
    except (IndexError, ValueError, OverflowError) as error:
        yield f"{path} is damaged: its parts do not fit ({error})"


def check(path: Path) -> None:
    """Raise CorruptIndex for a damaged segment, IndexMismatch for one of a newer version,
    OSError."""
    SegmentReader(path)
    for damage in find_damage(path):
        raise CorruptIndex(str(path), damage.removeprefix(f"{path} is damaged: "))


def _find_inconsistencies(segment: SegmentReader) -> Iterator[str]:
    for doc in range(segment.doc_count):
        segment.stored_fields.record(doc)
    for name in segment.value_names:
        column = segment.value_column(name)
        if int(column.ordinals.max(initial=0)) > len(column.dictionary):
            yield f"its column {name} names values that are not there"
        if not _is_sorted(column.dictionary, column.reversed):
            yield f"its values {name} are not sorted"
    for name in segment.number_names:
        segment.number_column(name)
    for field in segment.fields.values():
        yield from _verify_field(field, segment.doc_count)


def _verify_field(field: WordField, doc_count: int) -> Iterator[str]:
    name, postings = field.name, field.postings
    if not _ascends(field.terms.tolist()) or not _is_sorted(field.folded, field.reversed):
        yield f"the terms of its field {name} are not sorted"
    if _descends(postings.posting_starts) or _descends(postings.occurrence_starts):
        yield f"the postings of its field {name} are not in order"
        return
    lengths = np.zeros(doc_count, dtype=np.int64)
    for term_ids in _groups_of_terms(field):
        for damage in _verify_postings(field, term_ids, lengths):
            yield damage
            return
    if not np.array_equal(lengths, field.lengths):
        yield f"the lengths of its field {name} do not fit its frequencies"
    if isinstance(field, TextField):
        forms = np.diff(field.first_forms.astype(np.int64))
        if (forms <= 0).any():
            yield f"the surface forms of its field {name} do not fit"
        if not np.array_equal(
            np.flatnonzero(divided_form_mask(field)), find_divided_forms(as_string_array(field.forms.tolist()))
        ):
            yield f"the forms of divided words of its field {name} do not fit its surface forms"
        of_folded = field.forms_of_folded(np.arange(len(field.folded), dtype=np.int64))
        if not np.array_equal(of_folded, np.arange(len(field.forms))) or not all(field.folded_of_forms()):
            yield f"the folded forms of its field {name} do not fit"
        if not all(_ascends(field.forms.tolist(range(*of_term))) for of_term in pairwise(field.first_forms.tolist())):
            yield f"the surface forms of its field {name} are not sorted"
    field.sentences.in_docs(np.arange(doc_count, dtype=np.int64))
    field.paragraphs.in_docs(np.arange(doc_count, dtype=np.int64))
    if isinstance(field, TextField) and field.has_quotations:
        field.quotations.in_docs(np.arange(doc_count, dtype=np.int64))


def _groups_of_terms(field: WordField) -> Iterator[Ints]:
    """The ids of all terms, in groups of about MAX_OCCURRENCES."""
    group = field.postings.occurrence_starts[:-1].astype(np.int64) // MAX_OCCURRENCES
    yield from np.split(np.arange(len(field.terms), dtype=np.int64), np.flatnonzero(np.diff(group)) + 1)


def _verify_postings(field: WordField, ids: Ints, lengths: Ints) -> Iterator[str]:
    """What is damaged of the postings of some terms. Their occurrences are added to the `lengths`
    of the documents."""
    name, postings, doc_count = field.name, field.postings, len(lengths)
    found, tf, counts = postings.docs_and_tf(ids)
    if len(found) and (int(found.max()) >= doc_count or (counts == 0).any() or (tf == 0).any()):
        yield f"its field {name} has postings of no document"
        return
    inside = np.ones(len(found), dtype=bool)
    inside[starts_from_counts(counts)[:-1]] = False
    if (np.diff(found)[inside[1:]] <= 0).any():
        yield f"the documents of a term of its field {name} are not ascending"
    positions, occurrences = postings.positions_of_terms(ids)
    if int(tf.sum()) != len(positions):
        yield f"the positions of its field {name} do not fit its frequencies"
        return
    # The form of a divided word is not counted in the lengths. It stands at the position of its
    # first half, which may have the same term.
    is_divided = np.zeros(len(positions), dtype=bool)
    if isinstance(field, TextField) and len(field.divided_terms):
        form_at = field.form_occurrences(ids)
        if len(form_at) and int(form_at.max()) < len(field.forms):
            is_divided = divided_form_mask(field)[form_at]
    lengths += np.bincount(np.repeat(found, tf)[~is_divided], minlength=doc_count)
    same = np.ones(len(positions), dtype=bool)
    same[starts_from_counts(tf)[:-1]] = False
    least = np.where(is_divided[1:], 0, 1)
    if (positions[1:] - positions[:-1] < least)[same[1:]].any():
        yield f"the positions of its field {name} are not ascending"
    if isinstance(field, TextField):
        forms = np.diff(field.first_forms.astype(np.int64))[ids]
        if (postings.form_codes(ids) >= np.repeat(forms, occurrences)).any():
            yield f"the surface forms of its field {name} do not fit"


def divided_form_mask(field: TextField) -> Bools:
    """A mask of the surface forms of a field that are forms of divided words."""
    return np.zeros(len(field.forms), dtype=bool) if field.divided_form_mask is None else field.divided_form_mask


def _descends(starts: AnyArray) -> bool:
    return bool((np.diff(starts.astype(np.int64)) < 0).any())


def _ascends(texts: list[bytes]) -> bool:
    return all(one < two for one, two in pairwise(texts))


def _is_sorted(dictionary: Dictionary, by_endings: ReversedDictionary) -> bool:
    texts = dictionary.tolist()
    return _ascends(texts) and np.array_equal(by_endings.order, reversed_order(texts))
