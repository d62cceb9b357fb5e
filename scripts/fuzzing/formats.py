"""Files of every format: those of the golden corpora, damaged."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections import Counter
from pathlib import Path

from scripts.fuzzing.mutate import mutated
from scripts.fuzzing.targets import ROOT, read_case

CORPORA = ROOT / "tests" / "corpora" / "formats"
MAX_SEED_SIZE = 60_000


class FormatTarget:
    """Damaged files of the golden corpora, each format as often as any other. Of a file that is a
    zip archive inside, such as a DOCX document, mostly a member is damaged."""

    name = "formats"
    TOKENS = (
        *(b"<", b">", b"</", b"/>", b"&", b"&amp;", b"&#0;", b"&#x1F600;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>"),
        *(b'<!DOCTYPE a [<!ENTITY b "cc">]>', b"<!DOCTYPE html>", b"<a>" * 300, b"<?xml version='1.0' encoding='utf-16'?>"),
        *(b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b"\\u0000", b"{\\b ", b"\\'e4", b"\\bin99999 ", b"\\u-1?"),
        *(b"\n", b"\r\n", b"\r", b"\n\n", b"\t", b",", b";", b"|", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x85", b"\xa0"),
        *(
            b"\nFrom a@b.example Sat Jan  3 01:05:34 1998\n",
            b"\nContent-Type: multipart/mixed; boundary=x\n",
            b"=\n",
            b"=E4",
        ),
        *(b"WARC/1.0\r\n", b"Content-Length: 999999999\r\n", b"Content-Length: -1\r\n", b"\r\n\r\n", b"endstream", b" 0 R "),
        *(b"2020-13-45", b"0000-00-00", b"9" * 40, b"\nTY  - NEWS\n", b"\nER  - \n", b"@article{", b"<DOC>", b"</DOC>"),
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seeds: list[tuple[list[tuple[str, bytes]], dict[str, list[str]]]] = []
        for corpus in sorted(path for path in CORPORA.iterdir() if path.is_dir()):
            given = corpus / "options.json"
            options: dict[str, list[str]] = json.loads(given.read_text(encoding="utf-8")) if given.exists() else {}
            files = [path for path in sorted((corpus / "in").rglob("*")) if path.is_file()]
            seeds = [(path.name, path.read_bytes()) for path in files if path.stat().st_size <= MAX_SEED_SIZE]
            if seeds:
                self._seeds.append((seeds, options))
        self._bytes = [data for seeds, _ in self._seeds for _, data in seeds if data]
        for seeds, options in self._seeds:  # what is loaded for a format does not count for a case
            for name, data in seeds:
                read_case(folder / name, data, options, Counter())

    def attempt(self, rng: random.Random, counts: Counter[str]) -> None:
        seeds, options = rng.choice(self._seeds)
        name, data = rng.choice(seeds)
        others = [other for _, other in seeds if other] or self._bytes
        if data[:4] == b"PK\3\4" and rng.random() < 0.8:
            data = self._with_damaged_member(rng, data)
        else:
            data = mutated(rng, data, others, self.TOKENS)
        read_case(self._folder / name, data, options, counts)

    def _with_damaged_member(self, rng: random.Random, data: bytes) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = {name: archive.read(name) for name in archive.namelist()}
        except Exception:  # a seed that is broken on purpose
            return mutated(rng, data, self._bytes, self.TOKENS)
        name = rng.choice(sorted(members))
        members[name] = mutated(rng, members[name], list(members.values()), self.TOKENS)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return made.getvalue()
