"""What docs/opensearch.md says can be typed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from searchkit.engines.opensearch.lease import LEASE_SECONDS
from searchkit.engines.opensearch.mapping import article_index, state_index, template_name, write_alias
from searchkit.engines.opensearch.verification import MAX_CANDIDATES
from searchkit.index_options import IndexOptions
from tests.opensearch.archives import new_place
from tests.plain_environment import ROOT, plain_environment

PAGE = (ROOT / "docs" / "opensearch.md").read_text(encoding="utf-8")
PLACE = "opensearch://localhost:9200/news"


def run(folder: Path, *arguments: str) -> str:
    environment = plain_environment(XDG_CACHE_HOME=str(folder / "cache"))
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout


def test_an_archive_is_made_filled_and_searched(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    with new_place(cluster) as place, new_place(cluster) as copy:
        program = "".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
        for written, meant in (
            (f"{PLACE}-2", copy.text),
            (PLACE, place.text),
            ("http://localhost:9200/news", f"{place.hosts[0]}/{place.name}"),
        ):
            assert written in program
            program = program.replace(written, meant)
        typed = re.findall(r"^\$ searchkit (.*)$", PAGE, re.MULTILINE)
        shown = [run(tmp_path, "-m", "searchkit", *shlex.split(line.replace(PLACE, place.text))) for line in typed]
        made, *found, stats, again = shown
        assert made == "191 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n"
        assert len(found) == 2
        assert all("Peace talks to go on by video" in each for each in found)
        assert "articles    191\n" in stats
        assert again == "nothing changed: 0 added, 191 unchanged, 0 replaced, 0 removed; 0 files not read\n"
        printed = run(tmp_path, "-c", program)
        assert printed.startswith("191 unchanged ()\n")
        assert printed.endswith("191 copied\n")
        assert "Peace talks to go on by video" in printed


def test_the_layout_of_ten_billion_articles_follows_from_what_was_measured() -> None:
    scaling = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    articles, bytes_of_article, nodes = 10_000_000_000, 4_085, 500
    assert f"| {bytes_of_article:,} |" in scaling
    total = articles * bytes_of_article
    assert f"| {total / 1e12:.0f} TB |" in scaling
    for partition, parts, shards in (("month", 20 * 12, 6), ("year", 20, 68)):
        assert f"`--partition {partition} --shards {shards}`" in scaling
        primaries = (parts + 1) * shards  # one for those without a date
        assert f" {parts + 1} |" in scaling
        assert f" {primaries:,} |" in scaling
        assert f" {total / parts / shards / 1e9:.0f} GB |" in scaling
        assert f" {2 * primaries:,} copies of {2 * total / 1e12:.0f} TB |" in scaling
        assert f" {2 * primaries / nodes:.1f} copies, {2 * total / nodes / 1e9:.0f} GB |" in scaling


def test_names_and_numbers_are_those_of_the_code() -> None:
    for name in (article_index("news", 1), write_alias("news", 1), state_index("news"), template_name("news")):
        assert f"| `{name}` |" in PAGE
    assert f"It reads {MAX_CANDIDATES:,} at most." in PAGE
    assert f"by a lease of {LEASE_SECONDS:g} seconds" in PAGE
    assert f"of {IndexOptions().commit_every:,} articles by default" in PAGE
