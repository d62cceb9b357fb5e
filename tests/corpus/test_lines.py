"""Records in other encodings than UTF-8: guessed together, while each may keep its own."""

from __future__ import annotations

import errno
import gzip
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, list_files, read, read_share
from searchkit.corpus.lines import Lines
from searchkit.corpus.source import Source
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning

NOISE = "Жильцы дома {} жалуются на шум по ночам."
BRIDGE = "Die Brücke über den Fluss wird für Fußgänger gesperrt."


def line(text: str, codec: str = "ascii") -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode(codec) + b"\n"


def write(path: Path, lines: Iterable[bytes]) -> Path:
    data = b"".join(lines)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def source(path: Path) -> Source:
    return Source(str(path), "L", "a.jsonl", ReadOptions(), lambda failure: None)


def outcome(path: Path, encoding: str = "") -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The encodings and texts of a file's articles, and its warnings."""
    warnings: list[ReadWarning] = []
    articles = list(read(path, "L", on_warning=warnings.append, encoding=encoding))
    return [(one.encoding, one.body) for one in articles], [(one.kind, one.text) for one in warnings]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_records_far_below_decide_for_those_above(name: str, tmp_path: Path) -> None:
    doubtful = "Ёж".encode("cp1251")  # ¨æ
    first = b'{"text": "' + doubtful + b'"}\n'
    plain = [line(f"plain words, number {number}") for number in range(40_000)]
    path = write(tmp_path / name, [*plain, first, *plain, *(line(NOISE.format(number), "cp1251") for number in range(3))])
    found, warnings = outcome(path)
    assert len(found) == 80_004
    assert found[40_000] == ("windows-1251", "Ёж")
    assert found[40_001] == ("utf-8", "plain words, number 0")
    assert found[-1] == ("windows-1251", NOISE.format(2))
    assert warnings == []


ENGLISH = (
    "It cost £5m – a record.",
    "José’s café closed.",
    "He doesn’t know.",
    "Temperatures of 31° in town.",
    "A 50€ fine.",
)
FRENCH = ("Le maire a annoncé la fermeture de l'école.", "Les élèves iront à pied.", "C’est très cher, a-t-il déclaré.")
RUSSIAN = "Генеральный директор завода подал в отставку после проверки, которую провела налоговая служба."
GREEK = "Ο πρωθυπουργός ανακοίνωσε χθες νέα μέτρα για την οικονομία και τις συντάξεις."
HEBREW = "ראש הממשלה הודיע אתמול על צעדים חדשים לכלכלה ולשוק העבודה."
CHINESE = "市政府昨天宣布，明年將新建三所中學，以緩解學位緊張。"
JAPANESE = "市長は昨日、来年度に新しい小学校を三校建設すると発表した。"


@pytest.mark.parametrize("number", [12, 30, 200])
@pytest.mark.parametrize(
    ("texts", "codec", "odd", "codec_of_odd"),
    [
        (ENGLISH, "cp1252", RUSSIAN, "windows-1251"),
        (ENGLISH, "cp1252", RUSSIAN, "koi8-r"),
        (ENGLISH, "cp1252", HEBREW, "windows-1255"),
        (FRENCH, "cp1252", GREEK, "windows-1253"),
        ([CHINESE], "big5", JAPANESE, "shift_jis"),
        ([JAPANESE], "euc_jp", JAPANESE, "shift_jis"),
        ([HEBREW], "cp1255", RUSSIAN, "koi8-r"),
        ([RUSSIAN], "cp1251", HEBREW, "windows-1255"),
    ],
)
def test_odd_record_neither_decides_for_the_others_nor_follows_them(
    texts: Sequence[str], codec: str, odd: str, codec_of_odd: str, number: int, tmp_path: Path
) -> None:
    usual = [texts[n % len(texts)] for n in range(number)]
    found, warnings = outcome(write(tmp_path / "a.jsonl", [*(line(text, codec) for text in usual), line(odd, codec_of_odd)]))
    assert [text for _, text in found] == [*usual, odd]
    assert found[-1][0] == codec_of_odd
    assert warnings == []


def test_guess_that_no_record_follows_is_not_told(tmp_path: Path) -> None:
    first = b'{"title": "Caf\xc3\xa9", "text": "it\x92s \xc3\xa9lu"}\n'
    found, warnings = outcome(write(tmp_path / "a.jsonl", [first, line(BRIDGE, "utf-8")]))
    assert found == [("utf-8", "it’s élu"), ("utf-8", BRIDGE)]
    assert warnings == [("no-utf-8", "1 record, the first in line 1")]


def test_one_record_of_another_encoding_keeps_its_own(tmp_path: Path) -> None:
    lines = [line(NOISE.format(number), "cp1251") for number in range(20)]
    path = write(tmp_path / "a.jsonl", [*lines, line(BRIDGE, "cp1252"), line(NOISE, "koi8_r"), line("Ёж — é 日本", "utf-8")])
    found, _ = outcome(path)
    assert found[-4:] == [
        ("windows-1251", NOISE.format(19)),
        ("windows-1252", BRIDGE),
        ("koi8-r", NOISE),
        ("utf-8", "Ёж — é 日本"),
    ]


def test_stray_bytes_are_told_once_a_file(tmp_path: Path) -> None:
    stray = line("Les élèves à Genève# étaient là", "utf-8").replace(b"#", b"\x92")
    cut = line("政府通过了新的预算，学校得到更多的钱#", "gbk").replace(b"#", b"\xd6")
    path = write(tmp_path / "a.jsonl", [line("plain"), stray, stray, cut])
    found, warnings = outcome(path)
    assert [encoding for encoding, _ in found] == ["utf-8", "utf-8", "utf-8", "gb18030"]
    assert found[1][1] == "Les élèves à Genève’ étaient là"
    assert found[3][1] == "政府通过了新的预算，学校得到更多的钱\ufffd"
    assert warnings == [("no-utf-8", "2 records, the first in line 2"), ("stray-bytes", "1 record, the first in line 4")]


def test_weak_guess_is_told_once_a_file(tmp_path: Path) -> None:
    found, warnings = outcome(write(tmp_path / "a.jsonl", [b'{"text": "Pel\xe8"}\n'] * 3))
    assert len({encoding for encoding, _ in found}) == 1
    assert [kind for kind, _ in warnings] == ["encoding-guess"]
    assert warnings[0][1].startswith(f"{found[0][0]}, confidence 0.")


def test_encoding_of_the_root_comes_before_any_guess(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [line(NOISE, "koi8_r"), b'{"text": "\xe0\xc0"}\n', line("plain")])
    assert outcome(path, "KOI8-R") == ([("koi8-r", NOISE), ("koi8-r", "Юю"), ("koi8-r", "plain")], [])


def test_encoding_of_the_root_that_does_not_decode(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [line("新聞は毎日来る", "utf-8"), line(BRIDGE, "cp1252")])
    found, warnings = outcome(path, "utf-8")
    assert found == [("utf-8", "新聞は毎日来る"), ("windows-1252", BRIDGE)]
    assert warnings == [("encoding-option", "1 record, the first in line 2")]


@pytest.mark.parametrize("codec", ["iso2022_jp", "iso2022_kr"])
def test_seven_bit_records(codec: str, tmp_path: Path) -> None:
    text = "新聞" if codec == "iso2022_jp" else "신문"
    found, warnings = outcome(write(tmp_path / "a.jsonl", [line("plain"), line(text, codec)]))
    assert (found[1][1], warnings) == (text, [])
    assert found[1][0] == codec.replace("iso2022_", "iso-2022-")


def test_half_characters_of_utf_16_become_u_fffd(tmp_path: Path) -> None:
    data = '{"text": "a#b"}\n{"text": "c"}\n'.encode("utf-16").replace(b"#\0", b"\x3d\xd8")
    found, warnings = outcome(write(tmp_path / "a.jsonl", [data]))
    assert found == [("utf-16-le", "a\ufffdb"), ("utf-16-le", "c")]
    assert warnings == [("stray-bytes", "1 record, the first in line 1")]


def test_line_ends_of_unicode_stay_in_a_record_with_strays(tmp_path: Path) -> None:
    stray = line("Été à Genève\u2028où l'été dure#", "utf-8").replace(b"#", b"\x85")
    assert outcome(write(tmp_path / "a.jsonl", [stray]))[0] == [("utf-8", "Été à Genève\noù l'été dure…")]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_shares_decide_alike(name: str, tmp_path: Path) -> None:
    lines = [b'{"text": "Pel\xe8"}\n' for _ in range(100)] + [line(NOISE.format(number), "cp1251") for number in range(100)]
    write(tmp_path / name, lines)
    (file,) = list_files(tmp_path, ReadOptions()).files
    warnings: list[ReadWarning] = []
    found: dict[tuple[int, ...], Article] = {}
    for share in range(3):
        found |= read_share(file, "L", ReadOptions(), lambda failure: None, (share, 3), warnings.append)
    assert len(found) == 200
    assert {article.encoding for article in found.values()} == {"windows-1251"}
    assert warnings == []


def test_packed_file_that_is_damaged_behind_the_first_other_byte(tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl.gz", [line(NOISE.format(number), "cp1251") for number in range(1500)])
    path.write_bytes(path.read_bytes()[:-400])
    failures: list[str] = []
    found = list(read(path, "L", lambda failure: failures.append(failure.reason)))
    assert len(found) > 1000
    assert found[0].body == NOISE.format(0)
    assert len(failures) == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
@pytest.mark.parametrize("length", [70_000, 1_200_000])
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_other_bytes_of_a_record_that_is_longer_than_a_chunk(name: str, length: int, end: bytes, tmp_path: Path) -> None:
    record = b'{"title": "Caf\xe9 de la gare", "body": "' + b"x" * length + b'"}'
    found, _ = outcome(write(tmp_path / name, [record + end]))
    assert found == [("windows-1252", "x" * length)]
    found, _ = outcome(write(tmp_path / name, [line("plain"), record + b"\n", line(BRIDGE, "cp1252"), line("plain")]))
    assert found[1:3] == [("windows-1252", "x" * length), ("windows-1252", BRIDGE)]


class FullDisk:
    """A temporary file on a disk that has room for `room` bytes."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.file = io.BytesIO()
        self.seek, self.read, self.close = self.file.seek, self.file.read, self.file.close

    def write(self, data: memoryview) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self.file.write(data[: self.room])
        self.room -= written
        return written


@pytest.mark.parametrize("room", [0, 5000, 2**20, 2**20 + 5000, 2**30])
def test_disk_that_is_full_loses_nothing(room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.corpus.look_ahead.IN_MEMORY", 2**20)
    monkeypatch.setattr("searchkit.corpus.look_ahead.tempfile.TemporaryFile", lambda buffering: FullDisk(room))
    plain = [line(f"plain words, number {number}" + 200 * ".") for number in range(20_000)]
    path = write(tmp_path / "a.jsonl.gz", [line(BRIDGE, "cp1252"), *plain])
    found, _ = outcome(path)
    assert found[0] == ("windows-1252", BRIDGE)
    assert [text[:26] for _, text in found[1:]] == [
        f"plain words, number {number}{200 * '.'}"[:26] for number in range(20_000)
    ]


def test_records_that_are_not_in_the_encoding_of_the_root_are_judged_together(tmp_path: Path) -> None:
    doubtful = b'{"text": "' + "Ёж".encode("cp1251") + b'"}\n'
    path = write(
        tmp_path / "a.jsonl", [line("新聞", "utf-8"), doubtful, *(line(NOISE.format(n), "cp1251") for n in range(3))]
    )
    found, warnings = outcome(path, "utf-8")
    assert found[:2] == [("utf-8", "新聞"), ("windows-1251", "Ёж")]
    assert {encoding for encoding, _ in found[1:]} == {"windows-1251"}
    assert warnings == [("encoding-option", "4 records, the first in line 2")]


def test_line_that_is_no_text_has_the_encoding_of_no_other_line(tmp_path: Path) -> None:
    lines = Lines(io.BytesIO(line(BRIDGE, "cp1252") + b"\xe9" + b"\x01" * 20 + b"\n"), source(tmp_path))
    assert [lines.encoding[0] for _ in lines] == ["windows-1252", "utf-8"]


@pytest.mark.parametrize("encoding", ["", "utf-8"])
def test_warnings_and_encodings_are_those_of_one_reader(encoding: str, tmp_path: Path) -> None:
    stray = line("政府通过了新的预算，学校得到更多的钱#", "gbk").replace(b"#", b"\xd6")
    others = [
        line(NOISE, "cp1251"),
        stray,
        b"\xff\xfe\n",
        b" \n",
        line(BRIDGE, "cp1252"),
        line("plain"),
        line(NOISE, "koi8_r"),
    ]
    write(tmp_path / "a.jsonl", [line(NOISE.format(number), "cp1251") for number in range(99)] + others * 60)
    options = ReadOptions(encoding=encoding)
    (file,) = list_files(tmp_path, options).files
    outcomes = []
    for of in (1, 2, 3):
        warnings: list[ReadWarning] = []
        found: dict[tuple[int, ...], Article] = {}
        for share in range(of):
            found |= read_share(file, "L", options, lambda failure: None, (share, of), warnings.append)
        outcomes.append((dict(sorted(found.items())), warnings))
    assert len(outcomes[0][0]) == 99 + 5 * 60
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert [one.kind for one in outcomes[0][1]] == (["encoding-option", "stray-bytes"] if encoding else ["stray-bytes"])
