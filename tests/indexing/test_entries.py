"""Hashes tell an article from another one with its id, and from an earlier version of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from searchkit.indexing.entries import make_entry
from searchkit.model import Article

NOON = datetime(2020, 4, 26, 12, tzinfo=UTC)


def test_hashes_of_a_copy_in_another_time_zone() -> None:
    """Its record differs, though. Articles of indexes made before dates had offsets are all in
    UTC."""
    one = make_entry(Article("a", date=NOON), "root/file")
    there = make_entry(Article("a", date=NOON.astimezone(timezone(timedelta(hours=4)))), "root/file")
    assert one.text_hash == there.text_hash
    assert one.record_hash != there.record_hash
    for date in (None, NOON + timedelta(microseconds=1), NOON.replace(tzinfo=timezone(timedelta(hours=4)))):
        assert make_entry(Article("a", date=date), "root/file").text_hash != one.text_hash
