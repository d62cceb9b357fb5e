from __future__ import annotations

from searchkit.read_warnings import MAX_EXAMPLES, ReadWarning, WarningCount, WarningTally


def test_a_count_is_a_sentence_with_examples() -> None:
    tally = WarningTally()
    for line in range(1, 6):
        tally(ReadWarning("dates", "a.jsonl", f"{line}/5/20", f"line {line}"))
    tally(ReadWarning("no-utf-8", "b.txt", "1 byte"))
    dates, strays = tally.counts()
    assert str(dates) == (
        '5 dates were not understood: "1/5/20" (a.jsonl, line 1), "2/5/20" (a.jsonl, line 2), "3/5/20" (a.jsonl, line 3), ...'
        "; --date-order dmy, mdy or ymd says how days of digits are ordered"
    )
    assert str(strays) == "1 file holds bytes that are no UTF-8: b.txt (1 byte)"


def test_examples_are_bounded_and_told_once() -> None:
    tally, other = WarningTally(), WarningTally()
    for number in range(100):
        tally(ReadWarning("dates", "a", str(number)))
    other(ReadWarning("dates", "a", "0"))  # another reader of the same file says so too
    tally.add(other.counts())
    [counted] = tally.counts()
    assert (counted.count, len(counted.examples)) == (100, MAX_EXAMPLES)


def test_a_count_survives_json() -> None:
    counted = WarningCount("dates", 7, (ReadWarning("dates", "a", "x", "line 1"),))
    assert WarningCount.from_dict(counted.to_dict()) == counted
