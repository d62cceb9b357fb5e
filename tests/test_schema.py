"""Which articles can an index hold?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit import schema
from searchkit.errors import ArticleError
from searchkit.model import Article

TEXTS: st.SearchStrategy[Any] = st.text("aé\ud800", max_size=9) | st.sampled_from([None, 3, b"a", "a" * 30])
TUPLES: st.SearchStrategy[Any] = st.lists(TEXTS, max_size=2).map(tuple) | st.sampled_from([["a"], "a", None])
DATES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 1),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=1))),
        3,
    ]
)
EXTRA: st.SearchStrategy[Any] = st.dictionaries(st.text("aé\ud800", max_size=3), TEXTS, max_size=2)
ARTICLES = st.builds(
    Article, TEXTS, TEXTS, TEXTS, DATES, TUPLES, TEXTS, TEXTS, TUPLES, TEXTS, TEXTS, TEXTS, TEXTS, st.none(), EXTRA
) | st.builds(Article, st.text("ab", max_size=12), st.text("ab", max_size=30), url=st.text("ab", max_size=12))


@given(ARTICLES)
def test_articles_that_need_no_closer_look_can_be_held(article: Article) -> None:
    with patch.object(schema, "MOST_CHARACTERS", 24), patch.object(schema, "LONGEST_VALUE", 8):
        if schema._is_plain(article):
            schema._check(article)


def test_most_articles_need_no_closer_look() -> None:
    date = datetime(2020, 1, 1, tzinfo=UTC)
    article = Article("one", "a", "b" * 9_000, date, ("c",), "d", "e", ("f",), "en", "g", "h", "i", 0.5, {"j": "k"})
    assert schema._is_plain(article)
    assert not schema._is_plain(Article(""))
    with pytest.raises(ArticleError, match="needs an id"):
        schema.check(Article(""))
