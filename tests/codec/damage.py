"""Everything that a reader does with a segment, step by step, for segments that are damaged."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.reader import SegmentReader, TextField, WordField
from searchkit.errors import CorruptIndex, IndexMismatch

SAID = (CorruptIndex, IndexMismatch)
"""What opening a damaged segment raises."""
MAPPED = (*SAID, IndexError, ValueError, OverflowError)
"""What using one may raise: engines tell the last three as CorruptIndex."""
MAX_MEMORY = 200 * 2**20


@contextlib.contextmanager
def little_memory() -> Iterator[None]:
    """Inside, nobody may take as much memory as a damaged count could ask for: MemoryError, which
    nobody catches."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # pragma: no cover
        pytest.skip("how much memory the process has is read from /proc")
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MAX_MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def steps(segment: SegmentReader, about: str = "") -> Iterator[Callable[[], object]]:
    """What can be asked of a segment, one thing each; only what a section has to do with, by the
    name before its dot."""
    docs = np.arange(segment.doc_count, dtype=np.int64)
    for field in segment.fields.values():
        if about in ("", field.name):
            yield from _steps(field, docs)
    if about in segment.fields:
        return
    yield lambda: [segment.stored_fields.record(doc) for doc in range(segment.doc_count)]
    yield lambda: segment.stored_fields.group_by_dictionary(docs)
    for name in segment.value_names:
        yield lambda name=name: [segment.value_column(name).value(doc) for doc in range(segment.doc_count)]
        yield lambda name=name: segment.value_column(name).last_doc_with(b"red")
        yield lambda name=name: segment.value_column(name).docs_with_any(
            np.arange(len(segment.value_column(name).dictionary))
        )
        yield lambda name=name: segment.value_column(name).reversed.suffix("d")
    for name in segment.number_names:
        yield partial(segment.number_column, name)


def _steps(field: WordField, docs: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Iterator[Callable[[], object]]:
    yield lambda: field.lengths
    yield lambda: field.terms.find(b"aa")
    yield lambda: field.terms.prefix_range(b"a")
    yield lambda: field.folded.code_points
    yield lambda: field.folded.tolist()
    yield lambda: field.reversed.suffix("b")
    for starts in ("sentences", "paragraphs"):
        yield lambda starts=starts: getattr(field, starts).in_docs(docs)
        yield lambda starts=starts: [getattr(field, starts).in_docs(docs[n : n + 1]) for n in range(len(docs))]
    try:
        terms = range(len(field.terms))
        postings = field.postings
    except SAID:
        return
    ids = np.array(terms, dtype=np.int64)
    yield lambda: postings.docs_and_tf(ids)
    yield lambda: postings.positions_of_terms(ids)
    yield lambda: postings.docs_and_tf(ids[1::2])
    yield lambda: postings.positions_of_terms(ids[1::2])
    for term in terms:
        yield partial(postings.docs, term)
        yield partial(postings.tf, term)
        yield partial(postings.tf_bytes, term)
        yield partial(postings.positions_by_doc, term)
        yield partial(postings.positions, term)
        yield lambda term=term: postings.positions_by_doc(term, np.arange(0, postings.doc_freq(term), 2))
        yield lambda term=term: postings.positions_of_terms(ids[term : term + 1])
    if isinstance(field, TextField):
        yield lambda: postings.form_codes(ids)
        yield lambda: postings.form_codes(ids[1::2])
        yield lambda: [postings.form_codes(ids[term : term + 1]) for term in terms]
        yield lambda: field.quotations.in_docs(docs)
        yield lambda: field.forms.tolist()
        yield lambda: field.folded_of_forms()
        yield lambda: field.forms_of_folded(np.arange(len(field.folded)))
        yield lambda: [field.forms_of_folded(np.array([n])) for n in range(len(field.folded))]
        yield lambda: field.terms_of_forms(np.arange(len(field.forms)))
        yield lambda: field.terms_of_folded(np.arange(len(field.folded)))
        yield lambda: field.folded.code_points_of(np.arange(len(field.folded)))
        yield lambda: postings.doc_freqs(ids)


def use(path: Path, section: str = "") -> int:
    """Do all of it that a section has to do with; return how many steps failed as they may. Any
    other exception is the caller's to see."""
    try:
        segment = SegmentReader(path)
    except SAID:
        return 1
    failed = 0
    for step in steps(segment, section.split(".")[0]):
        try:
            step()
        except MAPPED:
            failed += 1
    return failed


def use_in_merge(path: Path, target: Path) -> bool:
    """Merge it with half of its documents deleted; whether that went through."""
    try:
        segment = SegmentReader(path)
        merge(target, [MergeInput(segment, np.arange(segment.doc_count) % 2 == 0), MergeInput(segment)])
    except MAPPED:
        assert not target.exists()
        return False
    target.unlink()
    return True
