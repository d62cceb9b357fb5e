from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.corpus import ReadOptions, label_of, list_files, read_files
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.reading import read_share
from searchkit.reports import Failure

CORPORA = Path(__file__).parent.parent / "corpora"
SHARED = Path(__file__).parents[2].parent / "shared"


def test_eight_encodings_give_one_article() -> None:
    articles = list(searchkit.read(CORPORA / "encodings"))
    assert len(articles) == 8
    assert len({(a.title, a.body, a.date, a.authors, a.source, a.topics) for a in articles}) == 1
    assert articles[0].title == "Größere Züge für die Strecke über München"
    assert {a.encoding for a in articles} >= {"utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "windows-1252"}


def test_broken_files_are_reported_and_the_rest_is_read() -> None:
    failures: list[Failure] = []
    articles = list(searchkit.read(CORPORA / "broken", on_error=failures.append))
    assert [a.id for a in articles if "jsonl" in a.path or "sgm" in a.path] == ["broken/good-1", "broken/good-2", "broken/1"]
    reported = {(Path(f.path).name, f.place) for f in failures}
    whole = {"empty.txt", "blank.txt", "header-only.txt", "binary.txt", "undecodable.txt", "truncated.txt.gz"}
    whole |= {"truncated.zip", "truncated.tar.xz", "not-really.txt.xz"}
    parts = {("bad-lines.jsonl", f"line {n}") for n in (2, 3)} | {("truncated.sgm", "record 2")}
    assert reported == {(name, "") for name in whole} | parts
    described = (CORPORA / "broken" / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in described for name, _ in reported)


def test_without_on_error_the_first_fault_raises() -> None:
    with pytest.raises(searchkit.UnreadableFile, match="the file is empty"):
        list(searchkit.read(CORPORA / "broken" / "empty.txt"))


def test_the_seed_article() -> None:
    if not SHARED.exists():
        pytest.skip("needs ../shared/seed")
    (article,) = searchkit.read(SHARED / "seed")
    assert (article.date, article.authors, article.title) == (datetime(2020, 4, 26, tzinfo=UTC), ("Akbar Mammadov",), "")


def test_all_of_reuters_is_read() -> None:
    archive = SHARED / "data" / "reuters21578.tar.xz"
    if not archive.exists():
        pytest.skip("needs ../shared/data")
    articles = list(searchkit.read(archive))
    assert len(articles) == len({a.id for a in articles}) == 21_578
    assert sum(bool(a.title) for a in articles) == 20_841
    assert sum(bool(a.topics) for a in articles) == 11_367
    assert all(a.date is not None for a in articles)
    assert articles[0].id == "reuters21578/1"
    text = "".join(a.title + a.body for a in articles)
    assert "&lt;" not in text
    assert "<GM>" in text
    assert "</BODY>" not in text
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)


def test_labels_and_ids(tmp_path: Path) -> None:
    text = " date 2020-04-26 By Ana Lima\n\nA title\n\nA body of words.\n"
    (tmp_path / "root" / "a").mkdir(parents=True)
    (tmp_path / "root" / "a" / "one.txt").write_text(text)
    (tmp_path / "root" / "two.txt.gz").write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "root" / "three.zip", "w") as archive:
        archive.writestr("deep/x.txt", text)
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        info = tarfile.TarInfo("y.txt")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text.encode()))
    (tmp_path / "root" / "four.tgz").write_bytes(inner.getvalue())
    (tmp_path / "root" / "five.jsonl").write_text('{"text": "no id here"}\nnothing\n{"id": 7, "text": "an id"}\n')
    (tmp_path / "root" / ".hidden.txt").write_text(text)
    (tmp_path / "root" / "image.PNG").write_bytes(b"x")
    (tmp_path / "root" / "loop").symlink_to(tmp_path / "root")
    (tmp_path / "root" / "zz.txt").symlink_to(tmp_path / "root" / "a" / "one.txt")
    failures: list[Failure] = []
    ids = [article.id for article in searchkit.read(tmp_path / "root", on_error=failures.append)]
    assert ids == [
        "root/a/one.txt",
        "root/five.jsonl#1",
        "root/7",
        "root/four.tgz/y.txt",
        "root/three.zip/deep/x.txt",
        "root/two.txt.gz",
    ]
    assert [failure.place for failure in failures] == ["line 2"]
    assert list_files(tmp_path / "root", ReadOptions()).skipped == {".png": 1}
    assert [a.id for a in searchkit.read(tmp_path / "root" / "five.jsonl", "L", on_error=failures.append)] == ["L#1", "L/7"]
    assert label_of(tmp_path / "2020.04.26.txt") == "2020.04.26"
    assert label_of(tmp_path / "reuters21578.tar.xz") == "reuters21578"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("m/../1.txt", "L/1.txt"),
        ("m/1.txt", "L/m/1.txt"),
        ("./m//1.txt", "L/m/1.txt"),
        ("m/../../{0}/1.txt", "L/{0}/1.txt"),
        ("{1}/m/../1.txt", "L{1}/1.txt"),
    ],
)
def test_ids_of_paths_that_lead_upwards(path: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m").mkdir()
    for name in ("1.txt", "m/1.txt"):
        (tmp_path / name).write_text("Words.")
    monkeypatch.chdir(tmp_path)
    failures: list[Failure] = []
    ids = [one.id for one in read_files([path.format(tmp_path.name, tmp_path)], "L", failures.append)]
    assert (ids, failures) == ([found.format(tmp_path.name, tmp_path)], [])


@pytest.mark.parametrize("count", [1, 3])
def test_where_reading_ended(count: int, tmp_path: Path) -> None:
    lines = b"".join(b'{"text": "Words %d."}\n' % number for number in range(200))
    for name, data in {
        "a.jsonl.gz": gzip.compress(lines)[:-8],
        "b.json": b"[" + b",".join(lines.splitlines())[:-5],
        "c.json": b'[{"te',
        "d.txt.gz": gzip.compress(b"Words.")[:-8],
    }.items():
        (tmp_path / name).write_bytes(data)
    failures: list[Failure] = []
    for file in list_files(tmp_path).files:
        for share in range(count):
            list(read_share(file, "L", ReadOptions(), failures.append, (share, count)))
    assert [(Path(one.path).name, one.place) for one in failures] == [
        ("a.jsonl.gz", ""),  # the packing is damaged, not a record
        ("b.json", "behind record 199"),
        ("c.json", ""),
        ("d.txt.gz", ""),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_formats_of_the_files_that_were_read(count: int, tmp_path: Path) -> None:
    bad, good = b"bad\n", b'{"text": "Words."}\n'
    for name, data in {
        "a.html": b"",
        "b.pdf": b"%PDF-1.4 damaged",
        "c.txt": b"Words.",
        "d.jsonl": bad * 5 + good * 200,
        "e.jsonl": bad * 200,
        "f.jsonl": b'{"empty": ""}\n',
        "g.txt": bytes(range(256)),
    }.items():
        (tmp_path / name).write_bytes(data)
    found: list[str] = []
    for file in list_files(tmp_path).files:
        for share in range(count):
            list(read_share(file, "L", ReadOptions(), lambda failure: None, (share, count), on_format=found.append))
    assert found == ["text", "jsonl", "jsonl"]


def test_map_include_exclude(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"kop": "T", "inhalt": "B"}\n')
    (tmp_path / "b.jsonl").write_text('{"title": "x"}\n')
    options = {"map": ["title=kop", "body=inhalt"], "exclude": ["b.*"]}
    (article,) = searchkit.read(tmp_path, options=options)
    assert (article.title, article.body) == ("T", "B")
    with pytest.raises(searchkit.OptionError):
        list(searchkit.read(tmp_path, options={"map": ["nonsense"]}))


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except Undecodable:
        return
    decoded.text.encode()
    assert "\0" not in decoded.text


@pytest.mark.parametrize("name", ["x.txt", "x.jsonl", "x.sgm", "x.zip", "x.tar", "x.txt.gz", "x.tgz", "x.jsonl.xz"])
def test_no_file_raises(name: str, tmp_path: Path) -> None:
    path = tmp_path / name

    @given(st.binary(max_size=300) | st.text(alphabet='{}[]":,ab\n<>/REUTERSTXBODY ', max_size=200).map(str.encode))
    def check(data: bytes) -> None:
        path.write_bytes(data)
        failures: list[Failure] = []
        for article in searchkit.read(path, on_error=failures.append):
            (article.title + article.body).encode()

    check()
