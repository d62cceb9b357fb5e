"""An index that somebody else made: opening it runs nothing, reads nothing outside it, and takes little memory."""

from __future__ import annotations

import io
import os
import pickle
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard

import searchkit
from searchkit.bridge.toc import _ALLOWED
from searchkit.bridge.unpickling import IN_SEGMENTS, NamedOnly
from searchkit.codec.inside import read_inside
from searchkit.codec.store import LARGEST_RECORD, MOST_RATIO
from searchkit.errors import ArticleError, CorruptIndex
from searchkit.model import Article
from searchkit.schema import MOST_CHARACTERS, check

HARMLESS = (pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError, KeyError, IndexError)
"""What unpickling may raise; reading a table of contents tells it as damage."""


@contextmanager
def little_memory(megabytes: int = 100) -> Iterator[None]:
    """Inside, no more memory can be had than this; MemoryError is no error of ours."""
    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use + megabytes * 2**20, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def number(value: int) -> bytes:
    return f"L{value}L\n".encode()


def doubled(pair: bytes, times: int) -> bytes:
    """Something of which each is made of two of those before it."""
    return b"".join(b"0h%c" % n + pair.replace(b"?", b"h%c" % n) + b"q%c" % (n + 1) for n in range(times))


BOMBS = {
    "bytes of a number": named("builtins", "bytes") + b"(" + number(10**12) + b"tR.",
    "bytearray of a number": named("builtins", "bytearray") + b"(" + number(10**12) + b"tR.",
    "bytearray by its base": named("copyreg", "_reconstructor")
    + b"("
    + named("builtins", "bytearray") * 2
    + number(10**12)
    + b"tR.",
    "object by another base": named("copyreg", "_reconstructor") + b"(" + named("builtins", "str") * 2 + b"S'x'\ntR.",
    "an encoding that grows": named("_codecs", "encode") + b"(S'x'\nS'hex'\ntR.",
    "an encoding that unpacks": named("_codecs", "encode") + b"(S'x'\nS'zlib'\ntR.",
    "the text of lists in lists": named("builtins", "str") + b"(" + b"]q\0" + doubled(b"(??l", 60) + b"tR.",
    "keys of tuples in tuples": b"}(" + b")q\0" + doubled(b"(??t", 60) + b"Nu.",
    "a set of tuples in tuples": named("builtins", "set") + b"((" + b")q\0" + doubled(b"(??t", 60) + b"ltR.",
    "a place that is far away": b"Nr\xff\xff\xff\x7f.",
    "a frame that is long": b"\x80\x04\x95" + b"\xff" * 7 + b"\x7fN.",
    "a text that is long": b"\x80\x04\x8d" + b"\xff" * 7 + b"\x7fN.",
    "a class that is called": named("whoosh.fields", "NUMERIC") + b"(" + number(10) + b"tR.",
    "a class made of arguments": named("whoosh.fields", "ID") + b"(" + number(10) + b"t\x81.",
    "a class that is changed": named("whoosh.fields", "TEXT") + b"}S'sortable'\nNsb.",
    "a class that is changed by slots": named("whoosh.fields", "TEXT") + b"(N}S'sortable'\nNstb.",
    "an old way to call": b"(" + number(10**12) + b"ibuiltins\nbytearray\n.",
    "another old way to call": b"(" + named("builtins", "bytearray") + number(10**12) + b"o.",
    "an attribute of what is named": named("builtins", "bytes.fromhex") + b"(S'00'\ntR.",
    "code": named("posix", "system") + b"(S'touch ran'\ntR.",
    "code of ours": named("searchkit.bridge.codec", "Path") + b"(tR.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_pickles_that_were_made_to_do_harm(name: str) -> None:
    for allowed in (_ALLOWED, IN_SEGMENTS):
        with little_memory():
            try:
                made = NamedOnly(io.BytesIO(BOMBS[name]), allowed).load()
            except HARMLESS as error:
                made = f"told: {error!r}"
        assert made is None if name in ("a place that is far away", "a frame that is long") else str(made).startswith("told")


def made(folder: Path) -> Path:
    with searchkit.open(folder, create=True) as engine:
        engine.add([Article("a", title="Peace talks", body="The words of it."), Article("b", body="War.")])
        engine.delete(["b"])
    return folder


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and "LOCK" not in path.name)


@pytest.mark.parametrize("kind", ["link", "pipe", "endless", "huge"])
def test_a_file_of_an_index_that_is_none(kind: str, tmp_path: Path) -> None:
    """Each file in turn leads out of the folder, is a pipe, has no end, or is larger than memory."""
    folder = made(tmp_path / "index")
    for path in files(folder):
        whole = path.read_bytes()
        path.unlink()
        if kind == "link":
            (tmp_path / "outside").write_bytes(whole)
            path.symlink_to(tmp_path / "outside")
        elif kind == "pipe":
            os.mkfifo(path)
        elif kind == "endless":
            path.symlink_to("/dev/zero")
        else:
            with path.open("wb") as file:
                file.truncate(2**40)
        with little_memory(300) if kind != "huge" or not path.name.endswith(".columns") else little_memory(2**22):
            if kind in ("link", "endless"):
                with pytest.raises(CorruptIndex, match="it is a link, and an index holds none"):
                    read_inside(path)
            else:
                with pytest.raises(CorruptIndex, match=r"no regular file|more than"):
                    read_inside(path)
            try:
                with searchkit.open(folder) as engine:
                    engine.search("peace")
            except searchkit.SearchkitError as error:
                assert str(error)
        path.unlink()
        path.write_bytes(whole)
    with searchkit.open(folder) as engine:
        assert engine.search("peace").total == 1


def test_records_that_unpack_to_more_than_an_article_may_have() -> None:
    """What a frame says of its size is believed up to what the writer allows, and no frame packs better than that."""
    assert 6 * MOST_CHARACTERS < LARGEST_RECORD < 2**29
    best = zstandard.ZstdCompressor(level=19).compress(bytes(8 * 2**20))
    assert 1024 + MOST_RATIO * len(best) > 8 * 2**20
    with pytest.raises(ArticleError, match="67,108,866 characters, more than 67,108,864"):
        check(Article("a", body="x" * (MOST_CHARACTERS + 1)))
    with pytest.raises(ArticleError, match="characters"):
        check(Article("a", extra={str(n): "x" * 2**20 for n in range(65)}))
