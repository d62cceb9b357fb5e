from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.path_dates import date_in_path
from tests.corpus.test_containers import zipped


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2020/04/26/talks.html", "2020-04-26"),
        ("world/2020/4/6/talks.html", "2020-04-06"),
        ("wire-2020-04-26.txt", "2020-04-26"),
        ("2020_04_26_wire.txt", "2020-04-26"),
        ("20200426.txt", "2020-04-26"),
        ("wire_20200426_001.txt", "2020-04-26"),
        ("20200426/talks.txt", "2020-04-26"),
        ("https://a.example/2020/04/26/talks", "2020-04-26"),
        ("2020/13/45/20200102/a.txt", "2020-01-02"),
        ("2020/01/02/20201345/a.txt", "2020-01-02"),
        ("saved 2021-10-05/2019/04/26/a.txt", "2019-04-26"),
        ("2019/04/26/collected-2021-10-05.txt", "2021-10-05"),
        ("backup-2023-10-05/a.txt", None),
        ("dump_20220131.zip/a.txt", None),
        ("nexis_export_2023-10-05.csv", None),
        ("exporters-2023-10-05.txt", "2023-10-05"),
        ("software-v2024.1.2.txt", None),
        ("https://a.example/article/17001231", None),
        ("https://a.example/download/2020/04/26/talks", "2020-04-26"),
        ("1987-02-30.txt", None),
        ("2020/04/talks.txt", None),
        ("120200426.txt", None),
        ("20200426123.txt", None),
        ("x20200426.txt", None),
        ("20200426b.txt", None),
        ("part-2020.04/26.txt", None),
        ("12345678.txt", None),
        ("", None),
    ],
)
def test_days_in_paths(path: str, day: str | None) -> None:
    found = date_in_path(path)
    assert (found and found.date().isoformat()) == day


def test_a_path_dates_an_article_that_nothing_else_dates(tmp_path: Path) -> None:
    folder = tmp_path / "2019" / "01" / "02"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Talks begin\n\nThey met.\n")
    (folder / "b.txt").write_text("date 2020-04-26 By Ann Lee\n\nTalks begin\n\nThey met.\n")
    (folder / "c.jsonl").write_text(
        '{"text": "words", "date": "soon"}\n{"text": "words", "url": "https://a.example/2018/03/04/talks"}\n'
    )
    (tmp_path / "d.zip").write_bytes(zipped({"2017/05/06/e.txt": b"Talks begin\n\nThey met.\n"}))
    found = {article.id.partition("/")[2]: article for article in read(tmp_path, on_warning=lambda warning: None)}
    assert {name: (article.date, article.extra.get("date_source")) for name, article in found.items()} == {
        "2019/01/02/a.txt": (datetime(2019, 1, 2, tzinfo=UTC), "path"),
        "2019/01/02/b.txt": (datetime(2020, 4, 26, tzinfo=UTC), None),
        "2019/01/02/c.jsonl#1": (None, None),  # its date was meant, and not understood
        "2019/01/02/c.jsonl#2": (datetime(2018, 3, 4, tzinfo=UTC), "url"),
        "d.zip/2017/05/06/e.txt": (datetime(2017, 5, 6, tzinfo=UTC), "path"),
    }


def test_the_place_of_the_root_dates_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "2019" / "01" / "02"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Talks begin\n\nThey met.\n")
    assert [article.date for article in read(folder)] == [None]
