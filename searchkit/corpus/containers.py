"""Packed files and archives, opened as streams; nothing is ever extracted to disk, and no link followed.

What each part of a file may ask for is bounded (`limits`), and every unpacked byte counted (`unpacking`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, BinaryIO, cast

from searchkit.control_characters import clean_text
from searchkit.corpus.articles import read_articles
from searchkit.corpus.decode import shown
from searchkit.corpus.formats import HEAD, ReaderUnavailable, choose
from searchkit.corpus.limits import GB, MB
from searchkit.corpus.member_names import name_zip_members
from searchkit.corpus.registry import ARCHIVES, formats_for, is_taken, unpacked
from searchkit.corpus.source import Placed, Source
from searchkit.corpus.tars import Again, leads_out, not_a_file, tar_members
from searchkit.corpus.unpacking import OPENERS, Allowance, Damaged, Exhausted, Guarded, TooLarge, as_file, guard
from searchkit.corpus.zips import Zip, is_link

DEEPEST = 3
"""Archives inside archives."""
MOST_PACKINGS = 4
"""Packings of one file, one around the other: `.txt.gz` has one."""
LONGEST_NAME = 4096
"""Characters of the path of a member, as long as systems have them."""
LARGEST_NESTED_ZIP = GB
"""Bytes of a zip file inside a packed file or an archive; its directory stands at its end, so it is held aside."""
_TOO_LARGE = f"a zip file in another file is larger than {LARGEST_NESTED_ZIP // MB} MB; unpack the outer one"
MOST_IN_NESTED_ZIP = 250_000
"""Members of such a file: its directory may be packed a thousand times, and takes memory for each."""


def read_stream(stream: BinaryIO, name: str, source: Source, size: int) -> Iterator[Placed]:
    """Read all articles of a file of `size` bytes by the suffixes of its name; what is damaged is reported.

    From a file that is damaged the articles before the fault are kept; an article that the fault divides is not.
    """
    if _is_passed(name, source):
        return
    try:
        guarded = Guarded(stream, "", ends=size)
        again = partial(_again, stream, name, source, size)
        yield from _read_named(guarded, name, source, 0, Allowance(size, source.options.limits), again)
    except Exhausted as error:
        source.fail(str(error))


@contextmanager
def _again(file: BinaryIO, name: str, source: Source, size: int) -> Iterator[Guarded]:
    """An archive that is a file of the root, from its beginning and within the same limits; then the reading goes on."""
    here = file.tell()
    guard(lambda: file.seek(0), "")
    try:
        stream, allowance = Guarded(file, "", ends=size), Allowance(size, source.options.limits)
        for packing in unpacked(name)[1][:-1]:
            opened = guard(partial(OPENERS[packing], stream), packing)
            stream = Guarded(opened, packing, allowance)
        yield stream
    finally:
        file.seek(here)


def _read_named(
    stream: Guarded,
    name: str,
    source: Source,
    depth: int,
    allowance: Allowance,
    again: Again | None = None,
    in_tar: bool = False,
) -> Iterator[Placed]:
    inner, packing = unpacked(name)
    try:
        yield from _read(stream, inner, packing, source, depth, allowance, again)
    except Exhausted:
        raise
    except Damaged as error:
        if in_tar and stream.fault is not None and not isinstance(stream.fault, TooLarge):
            raise  # a tar file adds nothing to its members that could be damaged: the fault is its own
        source.fail(str(error))


def _read(
    stream: Guarded,
    inner: str,
    packing: tuple[str, ...],
    source: Source,
    depth: int,
    allowance: Allowance,
    again: Again | None,
) -> Iterator[Placed]:
    if len(packing) > MOST_PACKINGS:
        source.fail(f"packed more than {MOST_PACKINGS} times over; unpack it yourself")
    elif not packing:
        rows = formats_for(inner, source.options)
        try:
            if source.options.format:
                (row,) = rows  # whatever it holds
            else:
                row = choose(rows, stream.peek(HEAD) if any(row.sniff for row in rows) else b"")
        except ReaderUnavailable as error:
            source.fail(str(error))
        else:
            yield from read_articles(row, stream, source)
    elif packing[0] in OPENERS:
        with guard(lambda: OPENERS[packing[0]](stream), packing[0]) as opened:
            most = source.options.limits.max_member if source.ordinals else 0
            unpacking = Guarded(cast(IO[bytes], opened), packing[0], allowance, most)
            yield from _read(unpacking, inner, packing[1:], source, depth, allowance, again)
    elif depth >= DEEPEST:
        source.fail(f"more than {DEEPEST} archives inside each other; unpack the outer ones")
    elif packing[0] == ".tar":
        yield from _tar(stream, source, depth, allowance, again)
    else:
        yield from _zip(stream, source, depth, allowance)


def _tar(stream: Guarded, source: Source, depth: int, allowance: Allowance, again: Again | None) -> Iterator[Placed]:
    ordinal = 0
    for member, opened in tar_members(stream, source, again):
        if not _is_wanted(member.name, source):
            continue
        inside = source.member(_path(member.name)[:LONGEST_NAME], ordinal)
        if opened is None or not member.isreg():
            reason = not_a_file(member)
        else:
            reason = _too_long(member.name)
            ordinal += 1
        if reason:
            inside.fail(reason)
        elif opened is not None and member.isreg():
            yield from _read_named(opened, member.name, inside, depth + 1, allowance, in_tar=True)


def _zip(stream: Guarded, source: Source, depth: int, allowance: Allowance) -> Iterator[Placed]:
    # Its directory stands at the end.
    limits = source.options.limits
    with as_file(stream, ".zip", LARGEST_NESTED_ZIP, _TOO_LARGE) as file:
        most_members, hint = limits.max_members, "raise --max-members"
        if stream.file is None and most_members > MOST_IN_NESTED_ZIP:
            most_members, hint = MOST_IN_NESTED_ZIP, "unpack the outer file"
        with guard(lambda: Zip(file, most_members, hint), ".zip") as archive:
            name_zip_members(archive.infolist())
            wanted = [one for one in archive.infolist() if _is_wanted(one.filename, source) and not one.is_dir()]
            may_skip = depth == 0 and _is_small(wanted, allowance)
            for ordinal, member in enumerate(wanted):
                inside = source.member(_path(member.filename)[:LONGEST_NAME], ordinal)
                if may_skip and _is_passed(member.filename, inside):
                    continue
                reason = _too_long(member.filename)
                if reason:
                    inside.fail(reason)
                    continue
                try:
                    with guard(partial(archive.open, member), ".zip") as opened:
                        guarded = Guarded(opened, ".zip", allowance, limits.max_member)
                        if is_link(member):
                            _tell_of_link(guarded, member, inside)
                        else:
                            yield from _read_named(guarded, member.filename, inside, depth + 1, allowance)
                except Exhausted:
                    raise
                except Damaged as error:  # one that is encrypted, say; the next may not be
                    inside.fail(str(error))


def _tell_of_link(stream: Guarded, member: zipfile.ZipInfo, inside: Source) -> None:
    """Report a link that leads out of the archive: the bytes of such a member are the path that it leads to."""
    reason = leads_out(member.filename, stream.read(LONGEST_NAME).decode("utf-8", "replace"))
    if reason:
        inside.fail(reason)


def _too_long(name: str) -> str:
    return f"its name has {len(name):,} characters, more than {LONGEST_NAME:,}" if len(name) > LONGEST_NAME else ""


def _is_small(members: list[zipfile.ZipInfo], allowance: Allowance) -> bool:
    """Whether all members can be unpacked: then none that is not decides what may be read of the next ones."""
    plain = all(not unpacked(member.filename)[1] for member in members)
    # No member gives more bytes than the directory says.
    return plain and allowance.covers(sum(member.file_size for member in members))


def _is_passed(name: str, source: Source) -> bool:
    """Whether a file is not read by this share, whatever it holds."""
    inner, packing = unpacked(name)
    if source.takes(1) or set(packing) & set(ARCHIVES):
        return False
    rows = formats_for(inner, source.options)
    return bool(rows) and all(row.split != "by-record" for row in rows)


def _is_wanted(name: str, source: Source) -> bool:
    parts = _path(name).split("/")
    return bool(name) and not any(part.startswith(".") for part in parts) and is_taken(parts[-1], source.options)


def _path(name: str) -> str:
    """A member's path as part of an id: no leading slash or dots, no half characters, no control characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return clean_text(shown("/".join(parts))).replace("\n", " ")
