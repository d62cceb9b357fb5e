"""Chooses the headline of a web page among those that it names, without the name of its site."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from searchkit.control_characters import one_line

MAX_TITLE_LENGTH = 1000
"""Maximum length of a headline in characters; a longer text is none."""

_SEPARATOR = re.compile(r"(\s+(?:[-–—|·•»«‹›:/<>~*]|::|--|\|\|)\s+|\s*[|｜]\s*|\s*»\s+)")
_WORD = re.compile(r"\w+")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SHORT, _MAX_MORE = 2, 13
_SITE_WORDS = 4
"""Maximum number of words of the name of a site that nothing else on the page names."""


def compact(text: str) -> str:
    """The letters and digits of a text, in small letters: two spellings of a headline have the
    same."""
    return _NOT_LETTERS.sub("", text).casefold()


def shares_words(heading: str, titles: Iterable[str]) -> bool:
    """Whether at least half of the words of a heading stand in the titles, if there are any."""
    words, known = _WORD.findall(heading.casefold()), set(_WORD.findall(" ".join(titles)[:MAX_TITLE_LENGTH].casefold()))
    return not known or 2 * sum(word in known for word in words) >= len(words)


def choose_title(candidates: Iterable[tuple[int, str]], sites: Sequence[str]) -> str:
    """The headline that most speaks for. Candidates are weights and texts, the best spelling first;
    `sites` are names of the site."""
    names = {name for name in map(compact, sites) if name}
    weights: dict[str, int] = {}
    spellings: dict[str, str] = {}
    given = [(weight, one_line(text)) for weight, text in candidates]
    given = [(weight, text) for weight, text in given if text and len(text) <= MAX_TITLE_LENGTH]
    known = {compact(text) for _, text in given}
    for weight, text in given:
        text = without_site(text, names, known)
        key = compact(text) or text
        if key in names and len(given) > 1:
            weight = 0
        weights[key] = weights.get(key, 0) + weight
        spellings.setdefault(key, text)
    for key, weight in list(weights.items()):
        whole = next((other for other in weights if other != key and other.startswith(key) and _is_cut(spellings[key])), "")
        if whole:  # a headline that was cut off speaks for the whole one
            weights[whole] += weight
            weights[key] = 0
    return spellings[max(weights, key=lambda key: weights[key])] if weights else ""


def _is_cut(text: str) -> bool:
    return text.endswith(("…", "..."))


def without_site(title: str, names: Iterable[str], known: Iterable[str] = ()) -> str:
    """A title without the name of its site at one of its ends.

    `names` are names of the site, `known` other headlines of the page, both as `compact` returns
    them.
    """
    parts = _SEPARATOR.split(title)
    names, known = set(names), set(known) - {compact(title)}
    while len(parts) > 2:
        if _names_site(parts[-1], names) or compact("".join(parts[:-2])) in known:
            parts = parts[:-2]
        elif _names_site(parts[0], names) or compact("".join(parts[2:])) in known:
            parts = parts[2:]
        else:
            break
    return "".join(parts).strip()


def site_in_title(page_title: str, title: str, host: str) -> str:
    """The name of the site that stands behind the headline in the title of a page, or "". If the
    host is known, the name must resemble it."""
    parts = _SEPARATOR.split(page_title[:MAX_TITLE_LENGTH])
    if len(parts) < 3 or not compact(page_title).startswith(compact(title)):
        return ""
    last = parts[-1].strip()
    is_site = compact(last) in compact(host) if host else compact("".join(parts[:-2])) == compact(title)
    return last if is_site and len(compact(last)) > _SHORT else ""


def without_unknown_site(title: str) -> str:
    """A title without a last part that looks like the name of a site or section."""
    parts = _SEPARATOR.split(title)
    while len(parts) > 2:
        before, last = "".join(parts[:-2]), parts[-1]
        has_bar = "|" in parts[-2] or "｜" in parts[-2]
        is_short = len(last.split()) <= _SITE_WORDS and len(last) <= 40 and (last[:1].isupper() or "." in last)
        if parts[-2].strip() in (":", "/", "*") or not (is_short or has_bar) or len(before.split()) <= len(last.split()):
            break
        parts = parts[:-2]
    return "".join(parts).strip()


def _names_site(part: str, names: Iterable[str]) -> bool:
    found = compact(part)
    if not found:
        return True
    return any(_is_site(found, name) for name in names)


def _is_site(part: str, name: str) -> bool:
    if len(part) <= _SHORT or len(name) <= _SHORT:
        return part == name
    is_in_part = name in part and len(part) <= len(name) + _MAX_MORE  # "CNN.com International" for CNN
    return is_in_part or name.startswith(part) or name.endswith(part)
