"""Keeps what the last search of a terminal listed, so that `show 3` knows which article that was.

One file a terminal, in the user's folder of caches. A terminal is known by its device and its
session: the next window with the same device has no search yet. Without a terminal, as in cron,
nothing is kept.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import searchkit

MAX_RESULTS = 1_000
"""Results that are kept of a search."""
MAX_CHARACTERS = 200_000
"""Characters that their ids may have in all; then fewer are kept."""
MAX_TERMINALS = 100
"""Terminals whose last search is kept."""
MAX_AGE = 7 * 24 * 3600
"""Seconds after which the search of a terminal is forgotten."""
VERSION = 1

_FLAGS = ("exact", "literal", "match_any")
_TEXTS = ("timezone", "now", "dialect")
"""The options of a search that `show` takes too: what its query means depends on them."""
_HOST_AND_PORT = re.compile(r"(.*?)(?::(\d+))?")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class LastSearch(NamedTuple):
    """A search: where it was, how it was typed, how many articles it listed, and the ids of the
    first of these. The first has the number `offset` + 1."""

    place: str
    query: str
    options: Mapping[str, Any]
    offset: int
    listed: int
    ids: tuple[str, ...]

    def id_of(self, number: int) -> str | None:
        """The id of the article with a number, None if none was listed under it."""
        index = number - self.offset - 1
        return self.ids[index] if 0 <= index < len(self.ids) else None


def absolute_place(place: str) -> str:
    """The place of an index, whatever the current folder is."""
    return place if "://" in place or place == "memory:" else str(Path(place).resolve())


def is_same_place(one: str, other: str) -> bool:
    """Whether two places name the same index, also where a cluster is typed in two ways."""
    return _plain_place(one) == _plain_place(other)


def _plain_place(place: str) -> str:
    """The place of an index, of a cluster with one name for this machine, and with the port."""
    place = absolute_place(place)
    if not searchkit.is_on_cluster(place):
        return place
    scheme, _, rest = place.strip().partition("://")
    hosts, _, name = rest.partition("/")
    plain = []
    for host in hosts.lower().split(","):
        found = _HOST_AND_PORT.fullmatch(host)
        address, port = (found[1], found[2] or "9200") if found else (host, "")
        plain.append(f"{'localhost' if address in _LOOPBACK else address}:{port}")
    return f"{scheme.lower()}://{','.join(sorted(plain))}/{name.removesuffix('/')}"


def save_search(place: str, query: str, given: Mapping[str, Any], offset: int, hits: Sequence[searchkit.Hit]) -> None:
    """Keep a search for this terminal. `given` are the options that were typed, `hits` what it
    listed.

    Whatever goes wrong is ignored: the search itself has succeeded.
    """
    terminal = _terminal()
    if not terminal:
        return
    import orjson  # late: 1 ms at the start of --help of a command

    kept: list[str] = []
    room = MAX_CHARACTERS
    for hit in hits[:MAX_RESULTS]:
        room -= len(hit.id)
        if room < 0:
            break
        kept.append(hit.id)
    options = {name: given[name] for name in (*_FLAGS, *_TEXTS) if given.get(name)}
    search = LastSearch(absolute_place(place), query, options, offset, len(hits), tuple(kept))
    with suppress(OSError, RuntimeError, TypeError):  # no home folder; ids that are no UTF-8
        folder = _folder()
        path = folder / f"{terminal}.json"
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _remove_stale(folder)
        temporary = folder / f".{terminal}.{os.getpid()}"
        content = orjson.dumps({"version": VERSION, **search._asdict()})
        try:
            with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:  # noqa: PTH123
                stream.write(content)
            temporary.replace(path)
        finally:  # after a full disk, say
            temporary.unlink(missing_ok=True)


def load_search() -> LastSearch | None:
    """The last search of this terminal, None if there was none, it is too old, or its file is
    damaged."""
    terminal = _terminal()
    if not terminal:
        return None
    import orjson  # late: 1 ms at the start of --help of a command

    with suppress(OSError, RuntimeError, ValueError, TypeError, LookupError):
        path = _folder() / f"{terminal}.json"
        if time.time() - path.stat().st_mtime > MAX_AGE:
            return None
        found = orjson.loads(path.read_bytes())
        if found.pop("version") == VERSION:
            search = LastSearch(**found | {"ids": tuple(found["ids"])})
            if _is_sound(search):
                if "now" in search.options:
                    datetime.fromisoformat(search.options["now"])
                return search
    return None


def _is_sound(search: LastSearch) -> bool:
    """Whether everything has its type: the file may be damaged."""
    numbers = (search.offset, search.listed)
    return (
        all(isinstance(text, str) for text in (search.place, search.query, *search.ids))
        and all(type(number) is int and number >= 0 for number in numbers)
        and isinstance(search.options, dict)
        and all(isinstance(value, bool if name in _FLAGS else str) for name, value in search.options.items())
    )


def _terminal() -> str:
    """The name of this terminal and session as a file name, "" without a terminal."""
    for descriptor in (2, 1, 0):
        with suppress(OSError):
            return f"{os.ttyname(descriptor).strip('/').replace('/', '-')}.{os.getsid(0)}"
    return ""


def _folder() -> Path:
    """The folder of the user's caches (XDG Base Directory Specification: a relative one is
    ignored)."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named.startswith("/"):
        caches = Path(named)
    else:
        caches = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return caches / "searchkit" / "searches"


def _remove_stale(folder: Path) -> None:
    """Remove the searches of terminals that were not used for long, and of the oldest if they are
    many."""
    ages: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        with suppress(OSError):  # another process has removed it
            ages.append((time.time() - path.lstat().st_mtime, path))
    for number, (age, path) in enumerate(sorted(ages), 1):
        if age > MAX_AGE or number >= MAX_TERMINALS:
            with suppress(OSError):  # a folder, or one of another user
                path.unlink()
