"""What a segment says, as JSON: the words of each term's documents, and the columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from searchkit.codec.reader import SegmentReader, TextField, WordField


def told(segment: SegmentReader) -> dict[str, Any]:
    """All that a segment says, for comparison with what it said when it was made."""
    docs = range(segment.doc_count)
    return {
        "docs": segment.doc_count,
        "records": [orjson.loads(segment.stored_fields.record(doc)) for doc in docs],
        "values": {name: [segment.value_column(name).value(doc).decode() for doc in docs] for name in segment.value_names},
        "numbers": {name: segment.number_column(name).tolist() for name in segment.number_names},
        "fields": {name: _field(field, segment.doc_count) for name, field in segment.fields.items()},
    }


def _field(field: WordField, docs: int) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for number, text in enumerate(field.terms.tolist()):
        positions, counts = field.postings.positions_by_doc(number)
        said: dict[str, Any] = {
            "docs": field.postings.docs(number).tolist(),
            "tf": counts.tolist(),
            "positions": _runs(positions.tolist()),
        }
        if isinstance(field, TextField):
            first, last = field.first_forms[number : number + 2].tolist()
            said["forms"] = [field.forms.text(form) for form in range(first, last)]
            if last - first > 1:
                said["codes"] = field.postings.form_codes(np.array([number])).tolist()
        terms[text.decode()] = said
    everywhere = np.arange(docs, dtype=np.int64)
    breaks = {}
    kinds = {"sentences": field.sentences, "paragraphs": field.paragraphs}
    if isinstance(field, TextField) and field.has_quotations:
        kinds["quotations"] = field.quotations
    for kind, found in kinds.items():
        starts, sizes = found.in_docs(everywhere)
        breaks[kind] = {"starts": _runs(starts.tolist()), "of": sizes.tolist()}
    said = {"lengths": field.lengths.tolist(), "terms": terms, **breaks}
    if isinstance(field, TextField):
        said["folded"] = [
            [text.decode(), field.forms_of_folded(np.array([number])).tolist()]
            for number, text in enumerate(field.folded.tolist())
        ]
    return said


def _runs(numbers: list[int]) -> list[list[int]]:
    """Numbers as runs of equal steps: [first, step, how many]."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs:
            first, step, count = runs[-1]
            if count == 1 and number > first:
                runs[-1] = [first, number - first, 2]
                continue
            if number == first + step * count and step:
                runs[-1][2] += 1
                continue
        runs.append([number, 0, 1])
    return runs
