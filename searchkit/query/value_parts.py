"""Matches parts of values: the site of a URL, the end of the path of a file.

- `site:bbc.co.uk` matches URLs of that host and of those below it (`news.bbc.co.uk`), and
  `site:bbc.co.uk/news` those whose path begins so. Case does not count.
- `path:2020-04/012-talks.txt` matches the file that an article was read from by its last parts. The
  path of a file is `label/path/in/the/root`, with the label of its root; that of a member of an
  archive goes on behind it. An absolute path matches the file whose path ends it. A file that is a
  root itself has its absolute path.

Both may have wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from searchkit.analysis import wildcard_regex
from searchkit.model import Article
from searchkit.query.nodes import ValuePart

_BEFORE_HOST = r"(?:(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?)?"
_URL = rf"{_BEFORE_HOST}([^/?#:]*)(?::\d*)?([^?#]*)"
"""A URL in lower case: its host and its path."""


def make_value_part(typed: str, field: str) -> ValuePart:
    """The node of a site or path as typed. Raises ValueError for one that cannot be."""
    if field == "site":
        text = re.sub(f"^{_BEFORE_HOST}", "", typed.lower()).strip(".").rstrip("/")
        if not text or text.startswith("/"):
            raise ValueError(f'"{typed}" is no site; expected one such as bbc.co.uk')
        return ValuePart(text, field)
    text = typed.removeprefix("./")
    if text.startswith("/") and set("*?") & set(text):
        raise ValueError("a path with wildcards begins with a folder of the archive, not with /")
    return ValuePart(text, field)


def part_matcher(part: ValuePart) -> Callable[[str], bool]:
    """Whether a value has a part."""
    return _site_matcher(part.text) if part.field == "site" else _path_matcher(part.text)


def path_values(article: Article, origin: str) -> tuple[str, ...]:
    """What `path:` is compared with, of an article that was read from a file (`origin`)."""
    if not origin:
        return ()
    member = (article.id,) if is_member(article.id, origin) else ()
    return (origin, *member) if "/" in origin else (origin, *member, root_file(article, origin))


def split_url(url: str) -> tuple[str, str] | None:
    """The host and the path of a URL, in lower case; None for what is no URL."""
    found = re.match(_URL, url.lower())
    return None if found is None else (found[1], found[2])


def is_member(article_id: str, origin: str) -> bool:
    """Whether the id of an article is a path below the file that it was read from."""
    return bool(origin) and article_id.startswith((f"{origin}/", f"{origin}#"))


def root_file(article: Article, label: str) -> str:
    """The absolute path of a file that is a root, from an article that was read from it."""
    return article.path.removesuffix(article.id.removeprefix(label))


def _site_matcher(text: str) -> Callable[[str], bool]:
    host, slash, path = text.partition("/")
    is_host = wildcard_regex(host).fullmatch
    is_below = wildcard_regex(f"*.{host}").fullmatch
    is_path = wildcard_regex(f"/{path}").fullmatch
    begins_path = wildcard_regex(f"/{path}/*").fullmatch

    def matches(url: str) -> bool:
        parts = split_url(url)
        if parts is None or not (is_host(parts[0]) or is_below(parts[0])):
            return False
        return not slash or bool(is_path(parts[1]) or begins_path(parts[1]))

    return matches


def _path_matcher(text: str) -> Callable[[str], bool]:
    if text.startswith("/"):
        return lambda path: bool(path) and (text == path or text.endswith(f"/{path}"))
    is_path, is_end = wildcard_regex(text).fullmatch, wildcard_regex(f"*/{text}").fullmatch
    return lambda path: bool(path and (is_path(path) or is_end(path)))
