"""Whoosh's reader and cursor of the terms of our segments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound

from searchkit.bridge.field_terms import FieldTerms
from searchkit.bridge.matcher import PostingsMatcher
from searchkit.bridge.shared_segment import SharedSegment

Term = tuple[str, bytes]


class SegmentTermsReader(base.TermsReader):
    """Whoosh's TermsReader of one of our segments.

    Deleted documents are among the postings; Whoosh leaves them out.
    """

    def __init__(self, segment: SharedSegment) -> None:
        self._segment = segment

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldTerms, int]:
        terms = self._segment.terms(fieldname)
        term_id = -1 if terms is None else terms.find(text)
        if terms is None or term_id < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return terms, term_id

    def __contains__(self, term: Term) -> bool:
        terms = self._segment.terms(term[0])
        return terms is not None and terms.find(term[1]) >= 0

    def indexed_field_names(self) -> list[str]:
        return [name for name in self._segment.field_names if self._segment.terms(name)]

    def terms(self) -> Iterator[Term]:
        for name in self._segment.field_names:
            yield from self.terms_from(name, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        terms = self._segment.terms(fieldname)
        return iter(()) if terms is None else ((fieldname, text) for text in terms.terms_from(prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        terms, term_id = self._find(fieldname, text)
        docs, frequencies = terms.docs(term_id), terms.frequencies(term_id)
        lengths = np.ones(1) if terms.lengths is None else terms.lengths[docs]
        return TermInfo(
            weight=terms.weight(term_id),
            df=len(docs),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=1.0 if frequencies is None else float(frequencies.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        terms, term_id = self._find_or_key_error(fieldname, text)
        return terms.weight(term_id)

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        terms, term_id = self._find_or_key_error(fieldname, text)
        return terms.doc_freq(term_id)

    def _find_or_key_error(self, fieldname: str, text: bytes) -> tuple[FieldTerms, int]:
        """The same as `_find`, with the error that Whoosh expects here."""
        try:
            return self._find(fieldname, text)
        except TermNotFound as error:
            raise KeyError(text) from error

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        terms, term_id = self._find(fieldname, text)
        return PostingsMatcher(terms, term_id, (fieldname, text), format_, scorer)

    def cursor(self, fieldname: str, fieldobj: Any) -> SegmentTermsCursor:
        return SegmentTermsCursor(self, fieldname, self._segment.terms(fieldname), fieldobj)


class SegmentTermsCursor(base.FieldCursor):
    """A cursor over the terms of a field. Whoosh's automata move it forwards and backwards."""

    def __init__(self, reader: SegmentTermsReader, fieldname: str, terms: FieldTerms | None, fieldobj: Any) -> None:
        self._reader, self._fieldname, self._terms, self._fieldobj = reader, fieldname, terms, fieldobj
        self._term_id = 0

    def is_valid(self) -> bool:
        return self._terms is not None and self._term_id < len(self._terms)

    def first(self) -> Any:
        self._term_id = 0
        return self.text()

    def find(self, text: str | bytes) -> Any:
        encoded = text if isinstance(text, bytes) else self._fieldobj.to_bytes(text)
        self._term_id = 0 if self._terms is None else self._terms.bisect(encoded)
        return self.text()

    def next(self) -> Any:
        self._term_id += 1
        return self.text()

    def text(self) -> Any:
        """The term here, None after the last one."""
        return self._fieldobj.from_bytes(self._terms[self._term_id]) if self._terms is not None and self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        if self._terms is None or not self.is_valid():
            return None
        return self._reader.term_info(self._fieldname, self._terms[self._term_id])
