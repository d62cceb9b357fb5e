"""Targets in an index: its segment, its manifests and its table of contents. The index is opened
and searched."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import orjson

import searchkit
from scripts.fuzzing.mutate import mutated, mutated_tree
from scripts.fuzzing.targets import small_engine
from searchkit.codec.container import ENTRY, HEADER, _checksum
from searchkit.indexing.manifest import Manifest, compute_checksum, file_states_from_bytes

QUESTIONS = (
    *("peace", "the talks OR war", '"peace talks"', "a* *s", "talk~ /t.*k/", "=Peace w/9 talks", "date:2020 source:*", "*"),
    *("peace /s a /p b", "author:a* id:*", "words:>3", "atleast2(peace) NOT war"),
)


def ask(folder: Path, rng: random.Random, counts: Counter[str]) -> None:
    """Open an index, and do what a user does with it."""
    try:
        with searchkit.open(folder) as engine:
            counts["opened"] += 1
            for query in rng.sample(QUESTIONS, 3):
                for hit in engine.search(query, limit=3).hits:
                    counts["hits"] += 1
                    counts["snippets"] += len(hit.snippets)
                    engine.get(hit.id)
            engine.stats()
            engine.roots()
            counts["answered"] += 1
    except searchkit.SearchkitError as error:
        counts[type(error).__name__] += 1


class SegmentTarget:
    """Segments: damaged sections with valid checksums in the table, or a damaged header and table
    with new ones."""

    name = "segment"
    TOKENS = (
        b"\0" * 8,
        b"\xff" * 8,
        b"SKITSEG\n",
        b"store",
        b"body.docs",
        b"<u4",
        b"<u8",
        b"\x28\xb5\x2f\xfd",
        b'{"docs":9}',
        b"id.value",
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "segments"
        small_engine(self._folder).close()
        (self._path,) = self._folder.glob("*.columns")
        self._whole = self._path.read_bytes()

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        data = bytearray(self._whole)
        if rng.random() < 0.3:
            data = bytearray(mutated(rng, self._whole, [self._whole], self.TOKENS))
        else:
            for _ in range(rng.choice((1, 1, 2, 8, 64))):
                at = rng.randrange(HEADER.size, len(data))
                piece = rng.choice((bytes([rng.randrange(256)]), rng.choice(self.TOKENS), b"\0", b"\xff"))[: len(data) - at]
                data[at : at + len(piece)] = piece
        if rng.random() < 0.5:
            _seal(data)
        self._path.unlink()
        self._path.write_bytes(data)
        ask(self._folder, rng, counts)


def _seal(data: bytearray) -> None:
    """Write the checksums and the size that fit header and table."""
    if len(data) < HEADER.size:
        return
    magic, version, count, offset, size, _, _, _ = HEADER.unpack(data[: HEADER.size])
    table = bytes(data[offset : offset + size]) if offset < len(data) and size == count * ENTRY.size else b""
    head = HEADER.pack(magic, version, count, offset, size, len(data), _checksum(table), 0)
    data[: HEADER.size] = HEADER.pack(*HEADER.unpack(head)[:-1], _checksum(head[:48]))


class ManifestTarget:
    """Manifests, file states, deletions and tables of contents: damaged bytes, or other values with
    a new checksum."""

    name = "manifest"
    TOKENS = (
        *(
            b"null",
            b"[]",
            b"{}",
            b'"',
            b"1e999",
            b"-1",
            b"9" * 40,
            b"true",
            b'"../x"',
            b"\\ud800",
            b"\x80\x02",
            b"cos\nsystem\n",
        ),
        *(
            b"c__builtin__\nset\n",
            b"cbuiltins\nbytearray\n",
            b"R",
            b"\x81",
            b"b",
            b"(",
            b"t",
            b"u",
            b".",
            b"r\xff\xff\xff\x7f",
        ),
        *(b"\x8c", b"h\0", b"2"),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "manifests"
        small_engine(self._folder).close()
        names = sorted(path.name for path in self._folder.iterdir() if path.is_file())
        self._files = {
            name: (self._folder / name).read_bytes() for name in names if not name.endswith((".columns", "WRITELOCK"))
        }

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        name = rng.choice(sorted(self._files))
        data = self._files[name]
        if name.endswith((".json", ".files")) and rng.random() < 0.7:
            data = sealed(mutated_tree(rng, orjson.loads(data)))
        else:
            data = mutated(rng, data, list(self._files.values()), self.TOKENS)
        path = self._folder / name
        for read in (Manifest.from_bytes, file_states_from_bytes):
            try:
                read(data, path)
                counts["read"] += 1
            except searchkit.SearchkitError as error:
                counts[type(error).__name__] += 1
        path.write_bytes(data)
        if rng.random() < 0.3:  # another program's commit: its table of contents is unpickled
            for manifest in self._folder.glob("_MAIN_*.json"):
                if manifest.name == max(one for one in self._files if one.endswith(".json")):
                    manifest.unlink()
        ask(self._folder, rng, counts)
        for each, whole in self._files.items():
            (self._folder / each).write_bytes(whole)


def sealed(document: object) -> bytes:
    """A document with its checksum."""
    if not isinstance(document, dict):
        return json.dumps(document).encode()
    document.pop("checksum", None)
    try:
        return orjson.dumps({**document, "checksum": compute_checksum(orjson.dumps(document))})
    except TypeError:  # a number that is too large
        return json.dumps(document).encode()
