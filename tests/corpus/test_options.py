from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from searchkit.corpus import ReadOptions
from searchkit.errors import OptionError


def test_options_and_back() -> None:
    texts = {"include": ("*.txt", "a/*"), "exclude": ("x*",), "map": ("body=inhalt", "title=kop"), "format": ("text",)}
    options = ReadOptions.from_mapping(texts)
    assert options == ReadOptions(("*.txt", "a/*"), ("x*",), (("body", "inhalt"), ("title", "kop")), "text")
    assert options.as_mapping() == texts
    assert ReadOptions.from_mapping({}) == ReadOptions()
    assert ReadOptions().as_mapping() == {}


def test_options_a_text_alone_is_one_value() -> None:
    assert ReadOptions.from_mapping({"format": "jsonl", "include": "*.dat"}) == ReadOptions(("*.dat",), (), (), "jsonl")


@pytest.mark.parametrize(
    "options",
    [
        {"colour": ["red"]},
        {"map": ["body"]},
        {"map": ["body="]},
        {"map": ["nose=x"]},
        {"format": ["pages"]},
        {"format": ["text", "jsonl"]},
    ],
)
def test_options_that_do_not_exist(options: Mapping[str, Sequence[str]]) -> None:
    with pytest.raises(OptionError):
        ReadOptions.from_mapping(options)
