from __future__ import annotations

import pytest

from searchkit.analysis.analyzer import LANGUAGES
from searchkit.date_words import MONTHS, WEEKDAYS, date_words, doubtful_months, fold, months


def test_each_language_has_twelve_months() -> None:
    assert {language: len(row.split()) for language, row in MONTHS.items()} == dict.fromkeys(MONTHS, 12)
    assert set(LANGUAGES) - {"none"} <= set(MONTHS)
    assert set(LANGUAGES) - {"none"} <= set(WEEKDAYS)


def test_no_name_is_of_two_months() -> None:
    found: dict[str, set[int]] = {}
    for row in MONTHS.values():
        for number, names in enumerate(row.split(), 1):
            for name in names.split("/"):
                found.setdefault(fold(name), set()).add(number)
    del found["-"]
    assert {name: numbers for name, numbers in found.items() if len(numbers) > 1} == {}
    assert (
        {name: date_words()[name] for name in found} == {name: min(numbers) for name, numbers in found.items()} == months()
    )


def test_months_that_are_other_words_too() -> None:
    assert doubtful_months() == {"mar", "lun", "sen", "paz", "sub", "ean", "i", "v"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("AĞUSTOS", "agustos"),
        ("Aralık", "aralik"),
        ("ΑΠΡΙΛΙΟΣ", "απριλιοσ"),
        ("мая", "мая"),
        ("май", "маи"),
        ("październik", "pazdziernik"),
        ("lørdag", "lordag"),
        ("４月２６日", "4月26日"),
        ("4월", "4월"),
        ("26\u200f أبريل", "26 ابريل"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded
