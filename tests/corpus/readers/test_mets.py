"""METS, and the files that are read with it."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest

import searchkit
from searchkit.corpus import ReadOptions, list_files, read, read_files
from searchkit.corpus.companions import FileSet, _inside
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.reading import CHANGED_REASON, read_file
from searchkit.corpus.scan_signatures import is_mets, mets_addresses
from searchkit.corpus.unpacking import open_file
from searchkit.engines.local import LocalEngine
from searchkit.indexing.assignments import Assignment, Task
from searchkit.indexing.store import SinkSpec
from searchkit.model import Article
from searchkit.reports import Failure

METS = """<mets xmlns:xlink="http://www.w3.org/1999/xlink" LABEL="The Sun"><fileSec><fileGrp>{}</fileGrp></fileSec>
<structMap TYPE="LOGICAL"><div TYPE="Newspaper"><div TYPE="ARTICLE" LABEL="Head">{}</div></div></structMap></mets>"""
PAGE = '<alto><Layout><Page PHYSICAL_IMG_NR="{}"><PrintSpace>{}</PrintSpace></Page></Layout></alto>'
BLOCK = '<TextBlock ID="{}"><TextLine><String CONTENT="{}"/></TextLine></TextBlock>'


def issue(folder: Path, *hrefs: str, name: str = "mets.xml") -> Path:
    """An issue with an article that has the block B of each page."""
    files = "".join(f'<file ID="F{n}"><FLocat xlink:href="{href}"/></file>' for n, href in enumerate(hrefs))
    areas = "".join(f'<fptr><area FILEID="F{n}" BEGIN="B"/></fptr>' for n in range(len(hrefs)))
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(METS.format(files, areas))
    return path


def page(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(1, BLOCK.format("B", text)))


def outcome(path: Path, **options: str) -> tuple[list[Article], list[Failure]]:
    failures: list[Failure] = []
    return list(read(path, "L", failures.append, options=options)), failures


def bodies(path: Path, **options: str) -> list[str]:
    return [article.body for article in outcome(path, **options)[0]]


@pytest.mark.parametrize(
    ("href", "inside"),
    [
        ("0001.xml", "0001.xml"),
        ("./alto/0001.xml", "alto/0001.xml"),
        ("file://./alto/0001.xml", "alto/0001.xml"),
        ("file:alto/page%201.xml", "alto/page 1.xml"),
        ("file://alto\\0001.xml", "alto/0001.xml"),
        ("../0001.xml", ""),
        ("alto/../../0001.xml", ""),
        ("alto/%2e%2e/%2e%2e/0001.xml", ""),
        ("..\\0001.xml", ""),
        ("/etc/0001.xml", ""),
        ("file:///etc/0001.xml", ""),
        ("C:\\scans\\0001.xml", ""),
        ("https://example.org/0001.xml", ""),
        ("a%00.xml", ""),
        ("", ""),
    ],
)
def test_addresses(href: str, inside: str) -> None:
    assert _inside(href) == inside


def test_the_signature() -> None:
    assert is_mets(b'<?xml version="1.0"?><METS:mets xmlns:METS="http://www.loc.gov/METS/">')
    assert not is_mets(b"<metsX>")
    assert mets_addresses(b'<m:FLocat LOCTYPE="URL" x:href="a&amp;b.xml"/><FLocat x:href=\'c.tif\'/>') == ["a&b.xml"]


def test_pages_of_an_issue_are_no_articles(tmp_path: Path) -> None:
    issue(tmp_path / "a", "p1.xml", "alto/p2.xml", name="any_name.xml")
    page(tmp_path / "a" / "p1.xml", "one")
    page(tmp_path / "a" / "alto" / "p2.xml", "two")
    page(tmp_path / "b" / "p1.xml", "alone")
    assert bodies(tmp_path) == ["one\n\ntwo", "alone"]
    assert bodies(tmp_path / "a" / "any_name.xml") == ["one\n\ntwo"]
    assert bodies(tmp_path / "a", include="any_name.xml") == ["one\n\ntwo"]
    assert bodies(tmp_path, format="mets", include="any_name.xml") == ["one\n\ntwo"]
    assert bodies(tmp_path, format="alto", include="p*.xml") == ["two", "one", "alone"]


@pytest.mark.parametrize("listed", [["mets.xml", "1.xml"], ["1.xml", "mets.xml"], ["mets.xml"]])
def test_pages_of_a_listed_issue_are_no_articles(listed: list[str], tmp_path: Path) -> None:
    issue(tmp_path, "1.xml")
    page(tmp_path / "1.xml", "Words of it.")
    (tmp_path / "2.txt").write_text("Others.")
    failures: list[Failure] = []
    files: list[Path | BinaryIO] = [*(tmp_path / name for name in listed), io.BytesIO(b"A stream."), tmp_path / "2.txt"]
    assert [one.body for one in read_files(files, "L", failures.append)] == ["Words of it.", "A stream.", "Others."]
    assert failures == []


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    page(tmp_path / "secret.xml", "secret")
    root = tmp_path / "root"
    issue(root, "../secret.xml", str(tmp_path / "secret.xml"), "link.xml", "folder/secret.xml", "good.xml")
    (root / "link.xml").symlink_to(tmp_path / "secret.xml")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe.xml")
    page(root / "good.xml", "good")
    (file,) = (file for file in list_files(root).files if file.companions)
    assert file.companions == (str(root / "good.xml"),)
    files = FileSet(b"", str(root / "mets.xml"), frozenset(file.companions), 1000)
    assert b"good" in files.read("good.xml")
    for href in ("../secret.xml", "link.xml", "folder/secret.xml", "pipe.xml", "/etc/passwd"):
        with pytest.raises(Unreadable, match="none of the files"):
            files.read(href)


def test_a_companion_that_is_gone_or_too_large(tmp_path: Path) -> None:
    path = issue(tmp_path, "p1.xml", "p2.xml")
    page(tmp_path / "p1.xml", "one")
    page(tmp_path / "p2.xml", "two " * 400)
    (file,) = list_files(tmp_path).files
    failures: list[Failure] = []
    articles = list(read_file(file, "L", ReadOptions.from_mapping({"max_article": ["1KB"]}), failures.append))
    assert articles == []
    assert '"p2.xml" is larger than 1KB; raise --max-article' in failures[0].reason
    (tmp_path / "p1.xml").unlink()
    failures.clear()
    (rest,) = read_file(file, "L", ReadOptions(), failures.append)  # what can be read is not lost
    assert rest.extra["type"] == "rest of the page"
    assert '"p1.xml" cannot be read: No such file or directory' in failures[0].reason
    assert failures[-1].reason == CHANGED_REASON
    (article,), failures = outcome(path)
    assert article.extra["missing_page"] == "p1.xml"
    (tmp_path / "p2.xml").unlink()
    assert outcome(path) == ([], [])


def test_members_of_archives_are_read_one_by_one(tmp_path: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mets.xml", METS.format('<file ID="F0"><FLocat xlink:href="p1.xml"/></file>', ""))
        archive.writestr("p1.xml", PAGE.format(1, BLOCK.format("B", "one")))
    (tmp_path / "a.zip").write_bytes(data.getvalue())
    page(tmp_path / "p1.xml", "on disk")
    assert bodies(tmp_path / "a.zip") == ["one"]


def test_the_number_of_files_looked_into_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def count(path: Path) -> BinaryIO:
        opened.append(path.name)
        return open_file(path)

    monkeypatch.setattr("searchkit.corpus.companions.open_file", count)
    for number in range(50):
        (tmp_path / f"{number}.xml").write_text("<PcGts><Page/></PcGts>")
    list_files(tmp_path)
    assert len(opened) == 1


def test_a_run_follows_changes_of_pages(tmp_path: Path) -> None:
    root = tmp_path / "root"
    path = issue(root, "p1.xml")
    page(root / "p1.xml", "first words")
    with searchkit.open(tmp_path / "index", create=True) as engine:

        def run() -> list[tuple[str, str]]:
            assert isinstance(engine, LocalEngine)
            engine.index(root)
            return sorted((stored.article.id, stored.article.body) for stored in engine.articles())

        assert run() == [("root/mets.xml#1", "first words")]
        page(root / "p1.xml", "other words, which are more")
        assert run() == [("root/mets.xml#1", "other words, which are more")]
        aside = tmp_path / "aside.xml"
        path.rename(aside)
        assert run() == [("root/p1.xml", "other words, which are more")]
        aside.rename(path)
        assert run() == [("root/mets.xml#1", "other words, which are more")]


def test_workers_get_the_companions(tmp_path: Path) -> None:
    issue(tmp_path, "p1.xml")
    page(tmp_path / "p1.xml", "one")
    (file,) = list_files(tmp_path).files
    failures: list[Failure] = []
    sent = Assignment(SinkSpec("local", {}), {}, [Task("L", file, None)], [1])
    (task,) = Assignment.from_bytes(sent.to_bytes()).tasks
    assert [article.body for article in read_file(task.file, "L", ReadOptions(), failures.append)] == ["one"]
    assert failures == []
