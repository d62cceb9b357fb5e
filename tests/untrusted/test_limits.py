"""The limits as options: valid values, and that a root remembers them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.corpus import ReadOptions
from searchkit.corpus.limits import GB, KB, MB, Limits, format_size
from searchkit.errors import OptionError
from tests.untrusted.test_names import run


def test_limits_and_back() -> None:
    texts = {
        "max_article": ("1MB",),
        "max_member": ("1536KB",),
        "max_unpacked": ("3TB",),
        "max_ratio": ("50",),
        "max_members": ("10",),
    }
    options = ReadOptions.from_mapping(texts)
    assert options.limits == Limits(MB, 1536 * KB, 3 * 1024 * GB, 50, 10)
    assert options.as_mapping() == texts
    assert ReadOptions.from_mapping({"max_article": "64 mb", "max_ratio": "200"}) == ReadOptions()
    assert ReadOptions().as_mapping() == {}


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("1.5k", 1536), ("2 KB", 2 * KB), ("0.5GB", GB // 2), ("7b", 7), ("3m", 3 * MB)]
)
def test_sizes(text: str, size: int) -> None:
    assert Limits.from_mapping({"max_member": [text]}).max_member == size
    assert Limits.from_mapping({"max_member": [format_size(size)]}).max_member == size


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("max_member", "0"), ("max_member", "-1"), ("max_member", "1XB"), ("max_member", "MB"), ("max_member", "9" * 400),
        ("max_ratio", "1.5"), ("max_ratio", "0"), ("max_members", "many"), ("max_members", "1e3"), ("max_article", "٣MB x"),
    ],
)  # fmt: skip
def test_limits_that_are_none(name: str, text: str) -> None:
    with pytest.raises(OptionError, match=rf"is no {name.replace('_', '-')}; expected a"):
        ReadOptions.from_mapping({name: [text]})
    with pytest.raises(OptionError, match="expected one value"):
        ReadOptions.from_mapping({name: ["1", "2"]})


def test_a_root_remembers_its_limits(tmp_path: Path) -> None:
    root, place = tmp_path / "root", ["-i", str(tmp_path / "index")]
    root.mkdir()
    (root / "a.txt").write_text("The words of it.\n")
    (root / "b.txt").write_text("The words of it. " * 100)
    done = run("index", str(root), "--max-article", "1KB", "--max-ratio", "7", *place)
    assert (done.returncode, "b.txt: it is larger than 1KB" in done.stderr) == (2, True)
    assert json.loads(run("roots", "--json", *place).stdout)["roots"][0]["options"] == {
        "max_article": ["1KB"],
        "max_ratio": ["7"],
    }
    assert "--max-article 1KB --max-ratio 7" in run("roots", *place).stdout
    (root / "c.txt").write_text("Other words of it. " * 100)
    done = run("index", *place)
    assert (done.returncode, "c.txt: it is larger than 1KB" in done.stderr) == (2, True)
    assert run("index", str(root), "--max-article", "1MB", *place).returncode == 0
    with searchkit.open(tmp_path / "index") as engine:
        assert engine.search("*").total == 3
    done = run("index", str(root), "--max-article", "much", *place)
    assert (done.returncode, done.stderr) == (
        2,
        'searchkit: "much" is no max-article; expected a size such as 64MB or 1.5GB above 0\n',
    )
