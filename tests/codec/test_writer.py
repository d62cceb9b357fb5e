"""A segment holds what was written, however it was cut into slices, and nothing stays when writing
fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec import verify
from searchkit.codec import writer as codec_writer
from searchkit.codec.writer import FieldTokens, SegmentWriter
from tests.codec.plain import DOCS, TEXTS, WORDS, Doc, Word, build, plain, random_docs, read, tokens_of

NewPath = Callable[[], Path]


@settings(deadline=None, max_examples=50)
@given(st.lists(DOCS, max_size=6))
def test_what_is_written_is_read(new_path: NewPath, docs: list[Doc]) -> None:
    path = new_path()
    segment = build(path, docs)
    assert segment.doc_count == len(docs)
    assert read(segment) == plain(docs)
    assert list(verify.find_damage(path)) == []


def test_hundreds_of_documents(new_path: NewPath) -> None:
    docs = random_docs(1, 400, longest=60)
    path = new_path()
    assert read(build(path, docs)) == plain(docs)
    verify.check(path)


def test_a_long_document(new_path: NewPath) -> None:
    """Positions and frequencies beyond what 16 and 8 bits hold."""
    words = tuple(Word(("aa", "b", "AA")[n % 3], 7 * n, n % 50 == 0) for n in range(20_000))
    docs = [Doc(words={"body": words[:10]}), Doc(words={"body": words}), Doc(words={"body": words[:900]})]
    path = new_path()
    assert read(build(path, docs)) == plain(docs)
    verify.check(path)


@pytest.mark.parametrize("slice_tokens", [1, 7, 50, 200])
def test_slices_write_the_same_bytes(new_path: NewPath, slice_tokens: int) -> None:
    docs = random_docs(2, 40)
    whole, sliced = new_path(), new_path()
    build(whole, docs)
    with patch.object(codec_writer, "SLICE_TOKENS", slice_tokens):
        build(sliced, docs)
    assert whole.read_bytes() == sliced.read_bytes()


def test_the_same_articles_make_the_same_bytes(new_path: NewPath) -> None:
    one, two = new_path(), new_path()
    build(one, random_docs(3, 100))
    build(two, random_docs(3, 100))
    assert one.read_bytes() == two.read_bytes()


def test_forms_of_other_fields_leave_no_trace(new_path: NewPath) -> None:
    """A vocabulary that fields share has words that one of them has not, in an order of its own."""
    one, two = new_path(), new_path()
    docs = random_docs(4, 10, names=("body",))
    build(one, docs, ("body",), ())
    field = tokens_of("body", docs, stemmed=True)
    back = np.arange(len(field.forms))[::-1]
    assert field.folded is not None
    turned = FieldTokens("body", field.forms[::-1], field.terms[::-1], field.folded[::-1], back[field.tokens].astype(np.uint32),
                         field.counts, field.lengths, field.positions, field.sentences, field.paragraphs,
                         field.quotations)  # fmt: skip
    with SegmentWriter(two) as writer:
        for doc in docs:
            writer.stored_fields.add(doc.record)
        values = {"key.value": [doc.key.encode() for doc in docs], "color.value": [doc.color.encode() for doc in docs]}
        numbers = {
            "date": np.array([doc.date for doc in docs]),
            "digest": np.array([doc.digest for doc in docs], dtype="<u8"),
            "date_offset": np.array([doc.offset for doc in docs], dtype="<i4"),
        }
        writer.finish(len(docs), [turned], values, numbers)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("docs", [0, 1, 3])
def test_documents_without_words(new_path: NewPath, docs: int) -> None:
    path = new_path()
    nothing = [Doc()] * docs
    assert read(build(path, nothing)) == plain(nothing)
    verify.check(path)


def test_nothing_stays_when_writing_fails(tmp_path: Path) -> None:
    docs = random_docs(5, 5)
    fields = [tokens_of(name, docs, name in TEXTS) for name in (*TEXTS, *WORDS)]
    fields[-1].tokens = np.array([10**6], dtype=np.uint32)  # no form has this number
    with pytest.raises((IndexError, ValueError)), SegmentWriter(tmp_path / "a.columns") as writer:
        for doc in docs:
            writer.stored_fields.add(doc.record)
        writer.finish(len(docs), fields, {}, {})
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.columns"
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        SegmentWriter(path)
    assert path.read_bytes() == b"mine"
