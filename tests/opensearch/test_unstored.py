"""Articles of files that a cluster cannot hold are failures of their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.engine import OpenSearchEngine
from searchkit.engines.opensearch.store import ClusterStore
from searchkit.indexing.opening import open_session
from searchkit.testing.runs import failures_in, numbers, texts, watch, write_ids
from tests.opensearch.archives import as_answer, forward, is_bulk, new_place, through
from tests.opensearch.faulty_host import FaultyHost, Request, as_json

LARGE, HUGE, REFUSED = "word " * 10_000, "more " * 10_000, "one two three refused"
"""Texts of articles that the host of these tests does not take: the documents of the first two are
too large for a request, the third has a word that the cluster does not take."""


@pytest.fixture
def engine(cluster: str) -> Iterator[OpenSearchEngine]:
    """An archive that is divided by years, behind a host that takes less than others."""

    def answer(request: Request) -> bytes:
        if request.path.startswith("/_nodes"):
            return as_json({"nodes": {"n": {"http": {"max_content_length_in_bytes": 20_000}}}})
        body = request.body
        if is_bulk(request) and b"refused" in body:
            body = b"\n".join(
                line.replace(b'"words":', b'"words":"x",":') if b"refused" in line else line for line in body.split(b"\n")
            )
        return as_answer(*forward(cluster, request, body))

    with new_place(cluster, "unstored") as place, FaultyHost(answer) as host:
        OpenSearchEngine(Cluster(place), create=True, replicas=0, partition="year").close()
        with OpenSearchEngine(through(host, place)) as opened:
            yield opened


def states(engine: OpenSearchEngine) -> list[tuple[str, int, int, int]]:
    """The roots: label, files, articles, files with failures."""
    return [(root.label, root.files, root.articles, root.failed) for root in engine.roots()]


def test_an_article_that_cannot_be_stored_is_a_failure_of_its_file(engine: OpenSearchEngine, tmp_path: Path) -> None:
    root = tmp_path / "r"
    write_ids(root / "a.jsonl", {"1": "One", "2": LARGE, "3": REFUSED})
    write_ids(root / "b.jsonl", {"4": "Four"})
    report = watch(engine, [root], commit_every=2).report
    assert numbers(report) == (2, 0, 0, 0)
    failed = failures_in(report, root)
    assert [(path, is_new) for path, _, is_new in failed] == [("a.jsonl", True)] * 2
    assert failed[0][1].startswith('the article "r/2" cannot be stored: its document has ')
    assert "20,000 (http.max_content_length); divide it" in failed[0][1]
    assert failed[1][1].startswith('the article "r/3" cannot be stored: the cluster refused its document of ')
    assert (texts(engine), states(engine)) == ({"1": "One", "4": "Four"}, [("r", 2, 2, 1)])

    def check_known(report: searchkit.IndexReport) -> None:
        """Nothing changed, and nothing is new."""
        assert numbers(report) == (0, 2, 0, 0)
        assert failures_in(report, root) == [(path, reason, False) for path, reason, _ in failed]

    again = watch(engine)
    check_known(again.report)
    assert again.read == []
    again = watch(engine, retry=True)
    check_known(again.report)
    assert again.read == ["a.jsonl"]

    write_ids(root / "a.jsonl", {"1": "One", "2": "Two", "3": REFUSED})
    report = watch(engine).report
    assert (numbers(report), [one.new for one in report.failures]) == ((1, 2, 0, 0), [True])
    assert (texts(engine), states(engine)) == ({"1": "One", "2": "Two", "4": "Four"}, [("r", 2, 3, 1)])


@pytest.mark.parametrize("rebuild", [False, True])
def test_the_article_before_one_that_cannot_be_stored_stays(engine: OpenSearchEngine, tmp_path: Path, rebuild: bool) -> None:
    root = tmp_path / "r"
    write_ids(root / "a.jsonl", {"1": "One", "2": "Two"})
    write_ids(root / "b.jsonl", {"3": "Three", "4": "Four"})
    write_ids(root / "c.jsonl", {"5": "Five"})
    engine.index([root])
    write_ids(root / "a.jsonl", {"1": "New", "2": LARGE, "3": LARGE, "5": LARGE})
    write_ids(root / "b.jsonl", {"4": "Four"})
    (root / "c.jsonl").unlink()
    report = engine.index(rebuild=rebuild, workers=1, commit_every=2)
    # The third stays with its file, which lost it; the file of the fifth is gone.
    assert numbers(report) == (0, 3, 1, 1)
    assert [one.reason[:15] for one in report.failures] == [f'the article "r/{n}'[:15] for n in (2, 3, 5)]
    now = {"1": "New", "2": "Two", "3": "Three", "4": "Four"}
    assert (texts(engine), states(engine)) == (now, [("r", 2, 4, 1)])
    report = watch(engine, retry=True).report
    assert (numbers(report), {one.new for one in report.failures}) == ((0, 4, 0, 0), {False})
    assert (texts(engine), states(engine)) == (now, [("r", 2, 4, 1)])
    report = watch(engine, rebuild=True).report
    assert (numbers(report), {one.new for one in report.failures}) == ((0, 4, 0, 0), {False})
    assert (texts(engine), states(engine)) == (now, [("r", 2, 4, 1)])
    write_ids(root / "a.jsonl", {"1": "New"})
    report = watch(engine).report
    assert (numbers(report), report.failures) == ((0, 3, 0, 1), ())
    write_ids(root / "b.jsonl", {"4": "4"})
    assert numbers(watch(engine).report) == (0, 1, 1, 1)
    assert (texts(engine), states(engine)) == ({"1": "New", "4": "4"}, [("r", 2, 2, 0)])


def test_a_run_that_was_cut_off_before_it_noted_what_it_could_not_store_is_completed(
    engine: OpenSearchEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "r"
    write_ids(root / "a.jsonl", {"1": "One", "2": LARGE})
    with monkeypatch.context() as patch:
        patch.setattr("searchkit.indexing.root_sync.SyncRun.note_unstored", lambda run: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            engine.index([root], workers=1)
    report = watch(engine).report
    assert (numbers(report), [one.new for one in report.failures]) == ((0, 1, 0, 0), [True])
    assert states(engine) == [("r", 1, 1, 1)]


def test_what_could_not_be_stored_at_a_checkpoint_may_be_replaced_or_deleted(engine: OpenSearchEngine) -> None:
    engine.add([Article("a", "T", "A"), Article("b", "T", "B"), Article("c", "T", "C")])
    with open_session(ClusterStore(engine._archive)) as session:
        for name in "abcd":
            session.add(Article(name, "T", LARGE))
        session.checkpoint()
        assert [(one.id, one.stays) for one in session.unstored] == [("a", True), ("b", True), ("c", True), ("d", False)]
        session.add(Article("a", "T", "New"))
        session.add(Article("b", "T", HUGE))
        assert (session.delete("c"), session.delete("d")) == (True, True)
        session.commit()
        assert [(one.id, one.stays) for one in session.unstored] == [("b", True)]
    assert {one.article.id: one.article.body for one in engine.articles()} == {"a": "New", "b": "B"}
