"""Blocks of long output, with a second process and without."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli import blocks
from tests.cli.conftest import Ran

Run = Callable[..., Ran]

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


@pytest.fixture
def forks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Fork wherever that was asked for, however few cores there are; the processes that were
    forked."""
    made: list[int] = []
    fork = os.fork

    def counted() -> int:
        process = fork()
        if process:
            made.append(process)
        return process

    monkeypatch.setattr(blocks, "_can_fork", lambda: True)
    monkeypatch.setattr(os, "fork", counted)
    return made


def text_of(start: int, stop: int) -> str:
    return "".join(f"{number} \udcff é\n" for number in range(start, stop))


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 2_302, 2_303, 2_304, 5_000])
@pytest.mark.parametrize("share", [False, pytest.param(True, marks=needs_fork)])
def test_blocks_are_in_order(count: int, share: bool, forks: list[int]) -> None:
    assert "".join(blocks.make_blocks(count, text_of, share=share)) == text_of(0, count)
    assert len(forks) == (share and count > 255 + 7 * blocks.BLOCK)
    for process in forks:
        with pytest.raises(ChildProcessError):  # it has been waited for
            os.waitpid(process, 0)


@needs_fork
def test_a_reader_that_stops_early_leaves_no_process(forks: list[int]) -> None:
    made = blocks.make_blocks(50_000, lambda start, stop: text_of(start, stop) * 20, share=True)
    for _ in range(12):
        next(made)
    made.close()
    assert len(forks) == 1
    with pytest.raises(ChildProcessError):
        os.waitpid(forks[0], 0)


@needs_fork
def test_what_the_other_process_does_not_make_is_made_here(forks: list[int]) -> None:
    here = os.getpid()

    def make(start: int, stop: int) -> str:
        if os.getpid() != here and start > 2_000:
            os._exit(9)
        return text_of(start, stop)

    assert "".join(blocks.make_blocks(5_000, make, share=True)) == text_of(0, 5_000)


@needs_fork
def test_an_error_is_raised_here(forks: list[int]) -> None:
    def make(start: int, stop: int) -> str:
        if start > 2_000:
            raise searchkit.CorruptIndex("index", "a page is gone")
        return text_of(start, stop)

    with pytest.raises(searchkit.CorruptIndex, match="a page is gone"):
        list(blocks.make_blocks(5_000, make, share=True))


def test_no_memory_for_a_process(monkeypatch: pytest.MonkeyPatch, forks: list[int]) -> None:
    def fail() -> int:
        raise OSError("no memory")

    monkeypatch.setattr(os, "fork", fail)
    assert "".join(blocks.make_blocks(5_000, text_of, share=True)) == text_of(0, 5_000)


@pytest.mark.parametrize(
    "options", [("--csv",), ("--jsonl",), ("--json",), ("--ids",), ("--tsv", "--fields", "rank,id,words"), ()]
)
def test_a_long_listing_is_one_listing(tmp_path: Path, run: Run, options: tuple[str, ...], forks: list[int]) -> None:
    articles = [
        searchkit.Article(f"news/{n}", f"Peace {n}", f"The {n} talks.\n\nPeace held {'again ' * (n % 7)}.")
        for n in range(2_500)
    ]
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add(articles[:1_300])
        engine.add(articles[1_300:])
        engine.delete(["news/7", "news/1400"])
    place = str(tmp_path / "i")
    shared = run("search", "peace", "-n", "0", *options, "-i", place)
    assert shared.status == 0
    assert len(forks) == 1
    pages = [
        run("search", "peace", "-n", "500", "--offset", str(at), *options, "-i", place).out for at in range(0, 2_498, 500)
    ]
    if options == ("--json",):
        import json

        assert json.loads(shared.out)["hits"] == [hit for page in pages for hit in json.loads(page)["hits"]]
    else:
        header = pages[0].partition("\n")[0] + "\n" if options[:1] in (("--csv",), ("--tsv",)) else ""
        between = "" if options else "\n"
        assert shared.out == header + between.join(page.removeprefix(header) for page in pages)
