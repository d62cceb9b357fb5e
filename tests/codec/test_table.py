"""The table of bytes in `searchkit.codec` describes each section of a segment, once, and nothing
else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from searchkit.codec.columns import OPTIONAL_NUMBERS
from searchkit.codec.container import TYPES
from searchkit.codec.postings import block_count
from tests.codec.plain import build, plain, random_docs
from tests.codec.table import items, named, rows

NewPath = Callable[[], Path]


def test_the_table_describes_every_section(new_path: NewPath) -> None:
    docs = random_docs(1, 100)
    segment = build(new_path(), docs)
    sections = segment.container.sections
    described: dict[str, int] = dict.fromkeys(sections, 0)
    for group in rows():
        for row in group:
            columns = (
                [n for n in segment.number_names if n not in OPTIONAL_NUMBERS]
                if row.name == "COLUMN"
                else [n.removesuffix(".value") for n in segment.value_names]
            )
            met = [name for name in named(row, list(segment.fields), columns) if name in sections]
            assert met, f"no section is as the table says of {row.name}"
            for name in met:
                described[name] += 1
                assert sections[name].dtype[1:] in row.types, (name, row)
                field = segment.fields.get(name.split(".")[0])
                sizes = {"D": segment.doc_count, "B": block_count(segment.doc_count)}
                if field is not None:
                    twin = plain(docs).fields[field.name]
                    sizes |= {
                        "T": len(twin.postings),
                        "N": sum(len(of_term) for _, of_term in twin.postings),
                        "O": sum(twin.lengths),
                        "F": sum(len(forms) for _, forms in twin.forms),
                    }
                expected = items(row.items, sizes)
                assert expected in (None, len(segment.container.array(name, dtypes=TYPES))), (name, row)
    assert {name: times for name, times in described.items() if times != 1} == {}
