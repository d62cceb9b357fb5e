from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

import searchkit
from searchkit import Article


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_open_of_what_is_no_index_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(searchkit.IndexMissing):
        searchkit.open(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(searchkit.EngineUnavailable):
        searchkit.open("gopher://x")


def test_another_language_is_an_error(tmp_path: Path) -> None:
    searchkit.open(tmp_path / "i", create=True, language="de").close()
    with pytest.raises(searchkit.IndexMismatch):
        searchkit.open(tmp_path / "i", language="en")
    with pytest.raises(searchkit.OptionError):
        searchkit.open(tmp_path / "j", create=True, language="xx")


def test_runs_over_a_root(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for number in range(3):
        write(root / f"{number}.txt", f"A title\n\nArticle number{number} has text.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        report = engine.index([root])
        assert (report.added, report.failures) == (3, ())
        again = engine.index([root])
        assert (again.changed, again.unchanged, again.generation) == (False, 3, report.generation)
        write(root / "1.txt", "A title\n\nAnother text altogether, and longer.\n")
        (root / "2.txt").unlink()
        write(root / "new.txt", "A title\n\nA new one.\n")
        report = engine.index()
        assert (report.added, report.replaced, report.removed, report.unchanged) == (1, 1, 1, 1)
        assert sorted(hit.id for hit in engine.search("*")) == ["root/0.txt", "root/1.txt", "root/new.txt"]
        assert engine.roots()[0].label == "root"
        engine.delete(["root/0.txt"])
        os.utime(root / "0.txt", (1, 1))
        assert engine.index().withheld == 1
        assert engine.index([root], options={"exclude": ["new.*"]}).removed == 1
        assert engine.remove_root("root").removed == 1
        assert engine.search("*").total == 0
        assert engine.roots() == ()


def test_a_root_that_is_gone_or_empty_removes_nothing(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    write(root / "a.txt", "T\n\nBody text here.\n")
    write(other / "b.txt", "T\n\nBody text here.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root, other])
        (root / "a.txt").rename(tmp_path / "a.txt")
        write(other / "c.txt", "T\n\nBody text here.\n")
        report = engine.index()
        assert (report.added, report.removed, len(report.failures)) == (1, 0, 1)
        root.rmdir()
        report = engine.index()
        assert (report.removed, len(report.failures)) == (0, 1)
        assert engine.search("*").total == 3
        root.mkdir()
        assert engine.index(allow_empty=True).removed == 1


def test_a_broken_file_keeps_what_was_there(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "x.jsonl", '{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}\n')
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        write(root / "x.jsonl", '{"id": 1, "text": "changed"}\n{"id": 2, "te\n')
        report = engine.index()
        assert (report.replaced, report.removed, [f.new for f in report.failures]) == (1, 0, [True])
        assert engine.search("two").total == 1
        assert [f.new for f in engine.index().failures] == [False]


def test_of_two_articles_with_one_id_the_first_stays(tmp_path: Path) -> None:
    root = tmp_path / "root"
    write(root / "b.jsonl", '{"id": 1, "text": "second"}\n')
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([root])
        write(root / "a.jsonl", '{"id": 1, "text": "first"}\n{"id": 1, "text": "first"}\n')
        engine.index()
        assert engine.get("root/1").body == "first"
        os.utime(root / "b.jsonl", (1, 1))
        report = engine.index()
        assert engine.get("root/1").body == "first"
        assert [Path(f.path).name for f in report.failures] == ["b.jsonl"]
        (root / "a.jsonl").unlink()
        engine.index()
        assert engine.get("root/1").body == "second"


def test_roots_and_labels(tmp_path: Path) -> None:
    for name in ("x/root", "y/root"):
        write(tmp_path / name / "deep" / "a.txt", "T\n\nBody text here.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([tmp_path / "x" / "root"])
        with pytest.raises(searchkit.RootError, match="--label"):
            engine.index([tmp_path / "y" / "root"])
        with pytest.raises(searchkit.RootError, match="roots remove"):
            engine.index([tmp_path / "x"])
        with pytest.raises(searchkit.RootError, match="no file or folder"):
            engine.index([tmp_path / "z"])
        engine.index([tmp_path / "y" / "root"], label="second")
        assert sorted(hit.id for hit in engine.search("*")) == ["root/deep/a.txt", "second/deep/a.txt"]
        (tmp_path / "x" / "root" / "deep" / "a.txt").unlink()
        write(tmp_path / "x" / "root" / "b.txt", "T\n\nBody text here.\n")
        assert engine.index([tmp_path / "x" / "root" / "deep"]).removed == 1  # a part of the root, and only that
        assert engine.search("*").total == 1
        (tmp_path / "y" / "root").rename(tmp_path / "moved")
        engine.move_root("second", tmp_path / "moved")
        engine.index()
        assert engine.get("second/deep/a.txt").path == str(tmp_path / "moved" / "deep" / "a.txt")
        with pytest.raises(searchkit.RootError):
            engine.remove_root("nothing")


def test_an_added_article_stays_with_its_root(tmp_path: Path) -> None:
    write(tmp_path / "root" / "a.txt", "T\n\nBody text here.\n")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.index([tmp_path / "root"])
        engine.add([Article("root/a.txt", body="changed"), Article("free", body="free")])
        (tmp_path / "root" / "a.txt").unlink()
        assert engine.index(allow_empty=True).removed == 1
        assert [hit.id for hit in engine.search("*")] == ["free"]


def test_many_small_commits_keep_few_segments(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        for number in range(25):
            engine.add([Article(str(number), body=f"word{number} shared")])
        assert engine.search("shared").total == 25
        assert all(engine.search(f"word{number}").total == 1 for number in range(25))
        assert engine.stats().segments <= 11


def test_an_open_engine_keeps_its_generation_until_refresh(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as writer, searchkit.open(tmp_path / "i") as reader:
        writer.add([Article("a", body="one")])
        assert reader.search("one").total == 0
        assert reader.refresh()
        assert reader.search("one").total == 1
        assert not reader.refresh()


def test_many_threads_read(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add(Article(str(n), body=f"common word{n % 7}", title="t") for n in range(300))
        wrong: list[object] = []

        def work(seed: int) -> None:
            for step in range(20):
                result = engine.search(f"common word{(seed + step) % 7}", limit=3)
                if result.total not in (42, 43) or not all(hit.snippet for hit in result):
                    wrong.append(result)

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []


def test_whoosh_opens_the_index(tmp_path: Path) -> None:
    from whoosh.index import open_dir
    from whoosh.qparser.default import QueryParser

    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([Article("a", "Peace talks", "The talks go on."), Article("b", "War", "No talks.")])
    index = open_dir(str(tmp_path / "i"))
    with index.searcher() as searcher:
        found = searcher.search(QueryParser("body", index.schema).parse("talking"))
        assert sorted(hit["id"] for hit in found) == ["a", "b"]


def test_a_toc_that_names_code_runs_none(tmp_path: Path) -> None:
    import pickle

    searchkit.open(tmp_path / "i", create=True).close()
    toc = tmp_path / "i" / "_MAIN_0.toc"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path}/ran",)

    data = toc.read_bytes()
    start = data.index(b"\x80")
    toc.write_bytes(data[:start] + pickle.dumps(Evil(), 2) + data[start:])
    with pytest.raises(searchkit.CorruptIndex):
        searchkit.open(tmp_path / "i")
    assert not (tmp_path / "ran").exists()


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    from searchkit.indexing.index_folder import IndexFolder

    with searchkit.open(tmp_path / "i", create=True) as engine:
        with IndexFolder(tmp_path / "i").lock(), pytest.raises(searchkit.IndexLocked, match=f"process {os.getpid()}"):
            engine.add([Article("a")])
        assert engine.add([Article("a")]).added == 1


def test_of_two_wrong_options_that_of_reading_is_named(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        for wrong in ({"label": "x"}, {"workers": 0}):
            with pytest.raises(searchkit.OptionError, match='"nope" is no format'):
                engine.index(options={"format": ["nope"]}, **wrong)
            with pytest.raises(searchkit.OptionError, match='"nope" is no format'):
                engine.index((), searchkit.IndexOptions(options={"format": ["nope"]}, **wrong))
