"""A malicious index: opening it runs no code, reads nothing outside of it, and takes little
memory."""

from __future__ import annotations

import io
import os
import pickle
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

import searchkit
from searchkit.bridge.guard import ALLOWED_IN_SEGMENTS
from searchkit.bridge.toc import ALLOWED_IN_TOC
from searchkit.bridge.unpickling import unpickle
from searchkit.codec.index_files import read_index_file
from searchkit.codec.stored_fields import MAX_RATIO, MAX_RECORD_SIZE
from searchkit.errors import ArticleError, CorruptIndex, StorageError
from searchkit.indexing.manifest import Manifest
from searchkit.model import Article
from searchkit.schema import MAX_CHARACTERS, check

HARMLESS = (pickle.UnpicklingError, TypeError, ValueError, EOFError, AttributeError, KeyError, IndexError)
"""What unpickling may raise; reading a table of contents reports it as damage."""


@contextmanager
def little_memory(megabytes: int = 100) -> Iterator[None]:
    """Limit the memory of a block. A MemoryError is a failure of the test."""
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
    """A pickle of nested pairs: each is made of two of the pair before."""
    return b"".join(b"0h%c" % n + pair.replace(b"?", b"h%c" % n) + b"q%c" % (n + 1) for n in range(times))


LISTS = b"]q\0" + doubled(b"(??l", 60)
"""Puts a list of two lists of two lists, and so on, into the memo as number 60 (`h<` gets it)."""
TUPLES = b")q\0" + doubled(b"(??t", 60)
"""The same of tuples."""

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
    "a dictionary of tuples in tuples": TUPLES + named("collections", "OrderedDict") + b"(" + b"(h<Ntl" + b"\x85R.",
    "lists in lists that are called": LISTS + b"h<)R.",
    "an encoding of lists in lists": LISTS + named("_codecs", "encode") + b"S'x'\nh<\x86R.",
    "an expression of tuples in tuples": TUPLES + named("re", "_compile") + b"h<K\0\x86R.",
    "a name of lists in lists": LISTS + b"S'x'\nh<\x93.",
    "a segment named by lists in lists": LISTS
    + named("searchkit.bridge.codec", "ColumnSegment")
    + b")\x81}S'indexname'\nh<sb.",
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
    for allowed in (ALLOWED_IN_TOC, ALLOWED_IN_SEGMENTS):
        with little_memory():
            try:
                made = unpickle(io.BytesIO(BOMBS[name]), allowed)
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
    """Each file in turn is a link out of the folder, a pipe, endless, or larger than memory."""
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
                    read_index_file(path)
            else:
                with pytest.raises(CorruptIndex, match=r"no regular file|more than"):
                    read_index_file(path)
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
    """The size in a frame is trusted up to the limit of the writer; no frame may be packed better
    than that."""
    assert 6 * MAX_CHARACTERS < MAX_RECORD_SIZE < 2**29
    best = zstandard.ZstdCompressor(level=19).compress(bytes(8 * 2**20))
    assert 1024 + MAX_RATIO * len(best) > 8 * 2**20
    with pytest.raises(ArticleError, match="67,108,866 characters, more than 67,108,864"):
        check(Article("a", body="x" * (MAX_CHARACTERS + 1)))
    with pytest.raises(ArticleError, match="characters"):
        check(Article("a", extra={str(n): "x" * 2**20 for n in range(65)}))


def linked(path: Path, target: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def test_a_lock_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "i")
    victim, absent = tmp_path / "victim", tmp_path / "absent"
    victim.write_text("precious")
    for target in (victim, absent):
        linked(tmp_path / "i" / "MAIN_WRITELOCK", target)
        with searchkit.open(tmp_path / "i") as engine, pytest.raises(CorruptIndex, match="MAIN_WRITELOCK.*it is a link"):
            engine.add([Article("new")])
    assert victim.read_text() == "precious"
    assert not absent.exists()


def test_a_commit_writes_nowhere_but_in_its_folder(tmp_path: Path) -> None:
    folder = made(tmp_path / "i")
    victim = tmp_path / "victim"
    victim.write_text("precious")
    # What is not cleaned beforehand: leftovers beside a generation that may need anything.
    (folder / "_MAIN_9.toc").touch()
    (segment,) = folder.glob("MAIN_*.columns")
    names = ["_MAIN_10.json.new", "_MAIN_10.toc.new", "_MAIN_10.files", f"{segment.stem}.deleted10"]
    for name in names:
        linked(folder / name, victim)
    with searchkit.open(folder) as engine:
        kept = next(iter(engine.search("*"))).id
        engine.add([Article("new", "new")])
        engine.delete([kept])
    assert victim.read_text() == "precious"
    with searchkit.open(folder) as engine:
        assert [hit.id for hit in engine.search("new")] == ["new"]


def test_numbers_of_generations_beyond_what_whoosh_can_write(tmp_path: Path) -> None:
    folder = made(tmp_path / "i")
    (folder / "_MAIN_4294967296.toc").touch()
    with searchkit.open(folder) as engine:
        engine.add([Article("new", "new")])
    (folder / "_MAIN_999999999.toc").touch()
    with searchkit.open(folder) as engine:
        assert [hit.id for hit in engine.search("new")] == ["new"]
        with pytest.raises(StorageError, match="the last one possible"):
            engine.add([Article("newer", "newer")])


def test_a_folder_in_place_of_a_file_keeps_nothing_from_being_cleaned(tmp_path: Path) -> None:
    folder = made(tmp_path / "i")
    (folder / "_MAIN_9.toc").mkdir()
    (folder / "_MAIN_3.json").mkdir()
    assert searchkit.verify(folder).faults == ()
    assert searchkit.verify(folder, repair=True).faults == ()
    with searchkit.open(folder) as engine:
        engine.add([Article("new", "new")])
        before = engine.stats().generation
        for number in range(4):
            engine.add([Article("new", f"new {number}")])
        assert engine.stats().generation == before + 4
    assert not (folder / f"_MAIN_{before}.json").exists()


def test_a_manifest_with_a_language_that_is_none(tmp_path: Path) -> None:
    folder = made(tmp_path / "i")
    (path,) = folder.glob("_MAIN_2.json")
    manifest, _ = Manifest.from_bytes(path.read_bytes(), path)
    path.write_bytes(replace(manifest, language="../x").to_bytes(2, (folder / "_MAIN_2.toc").read_bytes()))
    assert any("language" in fault.reason for fault in searchkit.verify(folder).faults)
    with searchkit.open(folder) as engine:
        assert "generation 1 is used instead" in engine.warnings[0]


@pytest.mark.parametrize("name", ["_MAIN_3.toc", "_MAIN_3.json"])
def test_a_folder_named_like_the_next_generation(name: str, tmp_path: Path) -> None:
    folder = made(tmp_path / "i")
    (folder / name).mkdir()
    with searchkit.open(folder) as engine:
        engine.add([Article("new", "new")])
    assert searchkit.verify(folder).faults == ()
    assert searchkit.verify(folder, repair=True).faults == ()
    with searchkit.open(folder) as engine:
        assert engine.warnings == ()
        assert {hit.id for hit in engine.search("*")} == {"a", "new"}
