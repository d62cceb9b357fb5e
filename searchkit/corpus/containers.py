"""Packed files and archives, opened as streams; nothing is ever extracted to disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from searchkit.corpus.registry import ARCHIVES, Source, format_of, is_taken, reader_of, unpacked
from searchkit.model import Article, Failure

DEEPEST = 3
"""Archives inside archives."""

BROKEN = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile, NotImplementedError)
"""What the standard library raises for damaged or unknown packing."""


def read_stream(stream: BinaryIO, name: str, source: Source, depth: int = 0) -> Iterator[Article]:
    """Read all articles of a stream by the suffixes of its name; what is damaged is reported."""
    inner, packing = unpacked(name)
    try:
        yield from _read(stream, inner, packing, source, depth)
    except BROKEN as error:
        kind = "".join(reversed(packing)) or "the file"
        source.on_error(Failure(source.path, f"{kind} is damaged or cut off: {error or type(error).__name__}"))
    except RuntimeError as error:  # zipfile's way to say that a member is encrypted
        source.on_error(Failure(source.path, f"it cannot be unpacked: {error}"))


def _read(stream: BinaryIO, inner: str, packing: tuple[str, ...], source: Source, depth: int) -> Iterator[Article]:
    if not packing:
        name = format_of(inner, source.options)
        if not name:
            source.on_error(Failure(source.path, "no reader takes files of this type; name one with --format"))
            return
        yield from reader_of(name)(stream, source)
        return
    outer, rest = packing[0], packing[1:]
    if outer in ARCHIVES:
        if depth >= DEEPEST:
            source.on_error(Failure(source.path, f"more than {DEEPEST} archives inside each other"))
            return
        yield from (_tar if outer == ".tar" else _zip)(stream, source, depth)
    elif outer == ".gz":
        with gzip.open(stream) as opened:
            yield from _read(cast(BinaryIO, opened), inner, rest, source, depth)
    elif outer == ".bz2":
        with bz2.open(stream) as opened_bz2:
            yield from _read(cast(BinaryIO, opened_bz2), inner, rest, source, depth)
    else:
        with lzma.open(stream) as opened_xz:
            yield from _read(cast(BinaryIO, opened_xz), inner, rest, source, depth)


def _tar(stream: BinaryIO, source: Source, depth: int) -> Iterator[Article]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            opened = archive.extractfile(member) if member.isreg() and _wanted(member.name, source) else None
            if opened is not None:
                yield from read_stream(cast(BinaryIO, opened), member.name, _member(source, member.name), depth + 1)


def _zip(stream: BinaryIO, source: Source, depth: int) -> Iterator[Article]:
    with tempfile.SpooledTemporaryFile(max_size=32 * 2**20) as spooled:
        file: IO[bytes] = stream
        if not stream.seekable():
            while chunk := stream.read(2**20):
                spooled.write(chunk)
            file = cast(IO[bytes], spooled)
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if not member.is_dir() and _wanted(member.filename, source):
                    with archive.open(member) as opened:
                        inside = _member(source, member.filename)
                        yield from read_stream(cast(BinaryIO, opened), member.filename, inside, depth + 1)


def _wanted(name: str, source: Source) -> bool:
    parts = _path(name).split("/")
    return not any(part.startswith(".") for part in parts) and is_taken(parts[-1], source.options)


def _member(source: Source, name: str) -> Source:
    return source.member(_path(name))


def _path(name: str) -> str:
    """A member's path as part of an id: no leading slash or dots, no half characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts).encode("utf-8", "backslashreplace").decode()
