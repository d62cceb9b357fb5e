"""Reads articles out of packed files and archives. Nothing is extracted to disk, and no link is
followed.

Sizes and numbers are bounded (`limits`), and every unpacked byte is counted (`unpacking`).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, BinaryIO, cast

from searchkit.control_characters import replace_controls
from searchkit.corpus.articles import read_articles
from searchkit.corpus.decode import printable_path
from searchkit.corpus.format_row import Format
from searchkit.corpus.formats import HEAD, ReaderUnavailable, choose_format, find_format, format_by_signature
from searchkit.corpus.limits import GB, MB
from searchkit.corpus.member_names import decode_zip_names
from searchkit.corpus.sniffing import sniffable
from searchkit.corpus.source import LocatedArticle, Source
from searchkit.corpus.suffixes import ARCHIVES, formats_for_name, has_reader, is_readme, may_be_recognised, split_packing
from searchkit.corpus.tars import Reopen, non_file_reason, outside_link_reason, tar_members
from searchkit.corpus.unpacking import (
    OPENERS,
    BudgetExceeded,
    CheckedStream,
    Damaged,
    MemberTooLarge,
    UnpackBudget,
    as_file,
    call_checked,
)
from searchkit.corpus.zips import is_link, open_zip

MAX_DEPTH = 3
"""Maximum depth of archives inside archives."""
MAX_PACKINGS = 4
"""Maximum number of packings of one file, one around the other: `.txt.gz` has one."""
MAX_NAME_LENGTH = 4096
"""Maximum length of the path of a member in characters, as usual file systems have it."""
MAX_NESTED_ZIP_SIZE = GB
"""Maximum size in bytes of a zip file inside another file. It is copied to a temporary file, as its
directory is at its end."""
UNKNOWN_SIZE = GB
"""The number of bytes that a stream without a size counts as, for the limit of its ratio."""
_MAGIC = ((".gz", b"\x1f\x8b\x08"), (".bz2", b"BZh"), (".xz", b"\xfd7zXZ\0"), (".zip", b"PK\3\4"))
"""How packed streams begin."""
_TOO_LARGE = f"a zip file in another file is larger than {MAX_NESTED_ZIP_SIZE // MB} MB; unpack the outer one"
MAX_NESTED_ZIP_MEMBERS = 250_000
"""Maximum number of members of a zip file inside another file. Each takes memory, and a packed
directory may be a thousand times smaller."""


def read_stream(stream: BinaryIO, name: str, source: Source, size: int) -> Iterator[LocatedArticle]:
    """Read all articles of a file of `size` bytes. The suffixes of its `name` say how it is packed
    and in which format. Damage is reported.

    The articles before the damage are yielded; an article that is damaged itself is not.
    """
    if _is_of_other_share(name, source):
        return
    try:
        checked = CheckedStream(stream, "", file_size=size)
        reopen = partial(_reopen, stream, name, source, size)
        yield from _read_reporting_damage(checked, name, source, UnpackBudget(size, source.options.limits), reopen)
    except BudgetExceeded as error:
        source.fail(str(error))


def read_input(stream: BinaryIO, source: Source) -> Iterator[LocatedArticle]:
    """Read all articles of a stream that has neither a name nor a size and cannot be sought in,
    such as standard input. Its content says how it is packed, and in which format it is."""
    checked = CheckedStream(stream, "the input")
    budget = UnpackBudget(UNKNOWN_SIZE, source.options.limits)
    try:
        head = checked.peek(HEAD)
        packing = next((suffix for suffix, magic in _MAGIC if head.startswith(magic)), "")
        if packing in OPENERS:
            opened = call_checked(lambda: OPENERS[packing](checked), packing)
            checked = CheckedStream(opened, packing, budget)
            head, packing = checked.peek(HEAD), ""
        if packing == ".zip" and source.options.format and find_format(source.options.format).is_zip:
            packing = ""
        yield from _read(checked, _name_for(head), (packing,) if packing else (), source, budget, None)
    except Damaged as error:
        source.fail(str(error))


def _name_for(head: bytes) -> str:
    """A name with the suffix that a stream without a name would have."""
    start = sniffable(head)
    if start[:1] == b"{" and start.partition(b"\n")[0].rstrip()[-1:] == b"}":
        return "input.jsonl"
    return "input.json" if start[:1] in (b"{", b"[") else "input.txt"


@contextmanager
def _reopen(file: BinaryIO, name: str, source: Source, size: int) -> Iterator[CheckedStream]:
    """Open an archive on disk again from its beginning, within the same limits. Afterwards the file
    is at its old offset."""
    offset = file.tell()
    call_checked(lambda: file.seek(0), "")
    try:
        stream, budget = CheckedStream(file, "", file_size=size), UnpackBudget(size, source.options.limits)
        for packing in split_packing(name)[1][:-1]:
            opened = call_checked(partial(OPENERS[packing], stream), packing)
            stream = CheckedStream(opened, packing, budget)
        yield stream
    finally:
        file.seek(offset)


def _read_reporting_damage(
    stream: CheckedStream,
    name: str,
    source: Source,
    budget: UnpackBudget,
    reopen: Reopen | None = None,
    in_tar: bool = False,
) -> Iterator[LocatedArticle]:
    """Read the articles of a file or member; damage is reported. Raises BudgetExceeded, and Damaged
    for damage of the tar file that a member is in."""
    inner, packing = split_packing(name)
    try:
        yield from _read(stream, inner, packing, source, budget, reopen)
    except BudgetExceeded:
        raise
    except Damaged as error:
        if in_tar and stream.fault is not None and not isinstance(stream.fault, MemberTooLarge):
            raise  # members of a tar file are not packed one by one: the damage is the tar file's
        source.fail(str(error))


def _read(
    stream: CheckedStream,
    inner: str,
    packing: tuple[str, ...],
    source: Source,
    budget: UnpackBudget,
    reopen: Reopen | None,
) -> Iterator[LocatedArticle]:
    """Unpack a stream, one packing after the other, and read its articles. Raises Damaged.

    `packing` has the suffixes of the packings that are left, the outermost first, and `inner` is
    the name without them.
    """
    if len(packing) > MAX_PACKINGS:
        source.fail(f"packed more than {MAX_PACKINGS} times over; unpack it yourself")
    elif not packing:
        rows = formats_for_name(inner, source.options)
        try:
            if source.options.format:
                (row,) = rows  # no sniffing: the option decides
            else:
                head = stream.peek(HEAD)
                if not rows and source.ordinals and format_by_signature(head) is None:
                    return  # a member that no reader takes
                row = choose_format(rows, head)
        except ReaderUnavailable as error:
            source.fail(str(error))
        else:
            yield from read_articles(row, stream, source, shared=not _is_read_as_whole(rows))
    elif packing[0] in OPENERS:
        with call_checked(lambda: OPENERS[packing[0]](stream), packing[0]) as opened:
            max_size = source.options.limits.max_member if source.ordinals else 0
            unpacking = CheckedStream(cast(IO[bytes], opened), packing[0], budget, max_size)
            yield from _read(unpacking, inner, packing[1:], source, budget, reopen)
    elif len(source.ordinals) >= MAX_DEPTH:
        source.fail(f"more than {MAX_DEPTH} archives inside each other; unpack the outer ones")
    elif packing[0] == ".tar":
        yield from _read_tar(stream, source, budget, reopen)
    elif (signed := format_by_signature(stream.peek(HEAD))) is not None:  # a document that is a zip file itself
        yield from read_articles(find_format(source.options.format) if source.options.format else signed, stream, source)
    else:
        yield from _read_zip(stream, source, budget)


def _read_tar(
    stream: CheckedStream, source: Source, budget: UnpackBudget, reopen: Reopen | None
) -> Iterator[LocatedArticle]:
    ordinal = 0
    for member, opened in tar_members(stream, source, reopen):
        if not _has_reader(member.name, source):
            continue
        inside = source.member(_member_path(member.name)[:MAX_NAME_LENGTH], ordinal)
        if opened is None or not member.isreg():
            reason = non_file_reason(member)
        else:
            reason = _name_reason(member.name)
            ordinal += 1
        if reason:
            inside.fail(reason)
        elif opened is not None and member.isreg():
            yield from _read_reporting_damage(opened, member.name, inside, budget, in_tar=True)


def _read_zip(stream: CheckedStream, source: Source, budget: UnpackBudget) -> Iterator[LocatedArticle]:
    limits = source.options.limits
    with as_file(stream, ".zip", MAX_NESTED_ZIP_SIZE, _TOO_LARGE) as file:
        max_members, hint = limits.max_members, "raise --max-members"
        if stream.file is None and max_members > MAX_NESTED_ZIP_MEMBERS:
            max_members, hint = MAX_NESTED_ZIP_MEMBERS, "unpack the outer file"
        with call_checked(lambda: open_zip(file, max_members, hint), ".zip") as archive:
            decode_zip_names(archive.infolist())
            members = [one for one in archive.infolist() if _has_reader(one.filename, source) and not one.is_dir()]
            may_skip = not source.ordinals and _fits_budget(members, budget)
            for ordinal, member in enumerate(members):
                inside = source.member(_member_path(member.filename)[:MAX_NAME_LENGTH], ordinal)
                if may_skip and _is_of_other_share(member.filename, inside):
                    continue
                reason = _name_reason(member.filename)
                if reason:
                    inside.fail(reason)
                    continue
                try:
                    with call_checked(partial(archive.open, member), ".zip") as opened:
                        checked = CheckedStream(opened, ".zip", budget, limits.max_member)
                        if is_link(member):
                            _report_link(checked, member, inside)
                        else:
                            yield from _read_reporting_damage(checked, member.filename, inside, budget)
                except BudgetExceeded:
                    raise
                except Damaged as error:  # it may be encrypted alone; the next members are read
                    inside.fail(str(error))


def _report_link(stream: CheckedStream, member: zipfile.ZipInfo, inside: Source) -> None:
    """Report a link if it leads out of the archive. The bytes of a link are the path of its
    target."""
    reason = outside_link_reason(member.filename, stream.read(MAX_NAME_LENGTH).decode("utf-8", "replace"))
    if reason:
        inside.fail(reason)


def _name_reason(name: str) -> str:
    """Why a member of this name is not read; "" if it is."""
    return f"its name has {len(name):,} characters, more than {MAX_NAME_LENGTH:,}" if len(name) > MAX_NAME_LENGTH else ""


def _fits_budget(members: list[zipfile.ZipInfo], budget: UnpackBudget) -> bool:
    """Whether the budget covers all members, so that a share may skip those that it does not
    read."""
    is_packed_once = all(not split_packing(member.filename)[1] for member in members)
    # No member unpacks to more bytes than the directory says.
    return is_packed_once and budget.covers(sum(member.file_size for member in members))


def _is_of_other_share(name: str, source: Source) -> bool:
    """Whether a file is read as a whole, and by another share."""
    inner, packing = split_packing(name)
    if source.is_in_share(1) or set(packing) & set(ARCHIVES):
        return False
    return _is_read_as_whole(formats_for_name(inner, source.options))


def _is_read_as_whole(rows: tuple[Format, ...]) -> bool:
    """Whether one worker reads the whole of a file with a suffix of these formats, in whatever
    format its content is."""
    return bool(rows) and all(row.split != "by-record" for row in rows)


def _has_reader(name: str, source: Source) -> bool:
    parts = _member_path(name).split("/")
    if not name or any(part.startswith(".") for part in parts) or (is_readme(parts[-1]) and not source.options.format):
        return False
    return has_reader(parts[-1], source.options) or may_be_recognised(parts[-1], source.options)


def _member_path(name: str) -> str:
    """The path of a member as part of an id: without a leading slash, "." and "..", surrogates and
    control characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return replace_controls(printable_path("/".join(parts))).replace("\n", " ")
