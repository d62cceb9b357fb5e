"""Finds the articles that the arguments of `show` and `open` name: by the number of a result, by an
id, or by the end of an id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import click

import searchkit
from searchkit.cli.last_search import LastSearch, is_same_place, load_search
from searchkit.cli.options import open_index, search_options
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_diagnostic, strip_controls

MAX_NAMED = 5
"""The ids that the error of an ambiguous one names."""

MAX_DIGITS = 18
"""A number with more is that of no result."""

_LIKE_AN_ID = re.compile(r"[/.#]")
_PLAIN_IN_A_QUERY = re.compile(r"[^A-Za-z0-9/._#-]")


class UnknownResult(searchkit.UnknownArticle):
    """No result of the last search has this number."""

    def __init__(self, number: str, last: LastSearch | None) -> None:
        super().__init__(number)
        self._last = last

    def __str__(self) -> str:
        named = f"no result {self.article_id}" if len(self.article_id) <= MAX_DIGITS else "no such result"
        return f"there is {named}: {_listed(self._last)}"


class Chosen(NamedTuple):
    """Articles that were asked for, and the query to highlight in them ("": none)."""

    articles: list[searchkit.Article]
    marks: list[searchkit.ArticleMarks]
    query: str


def choose_articles(words: Sequence[str], given: Mapping[str, Any]) -> Chosen:
    """The articles that the first words name, with the marks of the query in the others.

    The number of a result stands for an article of the index that was searched; its query is
    highlighted unless another was typed. Raises UnknownArticle (UnknownResult for a number) and
    ClickException.
    """
    last = load_search()
    with _open_index(words[0], given["place"], last) as (engine, last):
        articles: list[searchkit.Article] = []
        by_number = False
        for word in words:
            article, is_number = _find(engine, word, last, is_first=not articles)
            if article is None:
                break
            articles.append(article)
            by_number |= is_number
        query = " ".join(words[len(articles) :])
        if by_number and not query and last is not None:
            query = last.query
            given = {**given, **{name: last.options[name] for name in given if name in last.options and not given[name]}}
        options = search_options(given)
        if not query.strip():
            return Chosen(articles, [searchkit.ArticleMarks()] * len(articles), "")
        return Chosen(articles, [engine.marks(each, query, options, any_part=True) for each in articles], query)


@contextmanager
def _open_index(
    word: str, place: str | None, last: LastSearch | None
) -> Iterator[tuple[searchkit.ArchiveEngine, LastSearch | None]]:
    """Open the index that the first word is about; with the last search if it was in that index."""
    if place is None and last is not None and word.isdecimal():
        place = last.place
    asked = find_setting("index", place).value
    with ExitStack() as stack:
        try:
            engine = stack.enter_context(open_index(place))
        except searchkit.IndexMissing:
            if word.isdecimal() and last is None:
                raise UnknownResult(word, None) from None
            raise
        yield engine, last if last is not None and is_same_place(asked, last.place) else None


def _find(
    engine: searchkit.Engine, word: str, last: LastSearch | None, *, is_first: bool
) -> tuple[searchkit.Article | None, bool]:
    """The article that a word names (None: it is a word of the query), and whether its number did.

    The first word has to name one.
    """
    try:
        return engine.get(word), False
    except searchkit.UnknownArticle:
        pass
    is_number = word.isdecimal()
    number = int(word) if is_number and len(word) <= MAX_DIGITS else -1
    if is_number and last is not None and (by_number := last.id_of(number)) is not None:
        return engine.get(by_number), True
    # A number is that of a result, and no end of an id. Other words of a query are not looked up.
    if not is_number and (is_first or _LIKE_AN_ID.search(word)):
        by_end = find_by_end(engine, word)
        if by_end is not None:
            return engine.get(by_end), False
    if not is_first:
        if is_number and last is not None and last.ids:
            print_diagnostic(f"note: {word} is read as a word of the query; {_listed(last)}")
        return None, False
    if not is_number:
        raise searchkit.UnknownArticle(word)
    raise UnknownResult(word, last)


def _listed(last: LastSearch | None) -> str:
    if last is None:
        return "nothing was searched for in this terminal, or not in this index"
    query = strip_controls(last.query)
    if not last.ids:
        return f"the last search found nothing ({query})"
    first, end = last.offset + 1, last.offset + last.listed
    listed = f"the last search listed {f'{first:,} to {end:,}' if end > first else f'only {first:,}'} ({query})"
    return listed if len(last.ids) == last.listed else f"{listed}, and the first {len(last.ids):,} of them are kept"


def find_by_end(engine: searchkit.Engine, ending: str) -> str | None:
    """The one id that ends in a text, at a `/` or else at the end of a word; None if there is none.

    Raises ClickException if there are several.
    """
    if not ending.strip():
        return None
    # Characters that mean something in a query are any character there, and compared here.
    pattern = _PLAIN_IN_A_QUERY.sub("?", ending)
    for before in ("/", ""):
        hits = engine.search(f"id:*{before}{pattern}", limit=None, snippets=0)
        ids = sorted(hit.id for hit in hits if hit.id.endswith(before + ending) and _begins_word(hit.id, ending))
        if len(ids) == 1:
            return ids[0]
        if ids:
            named = "".join(f"\n  {strip_controls(each)}" for each in ids[:MAX_NAMED])
            more = f"\n  and {len(ids) - MAX_NAMED:,} more" if len(ids) > MAX_NAMED else ""
            raise click.ClickException(f'{len(ids):,} ids end in "{strip_controls(ending)}":{named}{more}')
    return None


def _begins_word(article_id: str, ending: str) -> bool:
    at = len(article_id) - len(ending)
    return at == 0 or not (article_id[at - 1].isalnum() and ending[0].isalnum())
