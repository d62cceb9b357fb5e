"""Make golden segments of the format's first version as analysis makes them now, and what is read
from them as JSON.

    .venv-dev/bin/python -m tests.compat.make_golden

Only while they are not published; afterwards they are never made again (see README.md).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson

from searchkit.analysis import Analyzer
from searchkit.codec import verify
from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.reader import SegmentReader
from searchkit.indexing.segments import SegmentBuilder
from searchkit.model import Article
from tests.compat.reading import told

FOLDER = Path(__file__).parent
MADE = ("v1-divided", "v1-offsets")
"""Those that are made. `v1-plain` and `v1-merged` are older: analysis made other words and
sentences of the same texts."""
PARTS, DELETED = (14, 6), ((0, 4), (1,))
"""Articles of the two parts of the merged segment, and which of those are deleted."""

_SENTENCES = (
    "The TREATY was signed. Treaties end wars, said Mr. Smith of the U.S. Senate!",
    "Éducation: l'école d'été rouvre.\n\nLe naïve Zoë dit « oui » ; l’Été vient.",
    "Barış görüşmeleri İstanbul'da başladı. ISPARTA ısındı.",
    "Мирный договор подписан. Ёлка стоит, елка тоже.",
    "北京和平。上海 贸易。東京タワー",
    "שלום עכשיו! السلام الآن؟",
    "Ειρήνη τώρα; ειρηνη παντού.",
    "शांति वार्ता। दिल्ली में।",
    "Oil rose 1,655.8 to 12,000 barrels; the boys' rock'n'roll, O'Neill's plan.",
    "Straße, STRASSE; ﬁne ﬁsh ① ½ co\u00adoperation 😀 naïvely peaceful peace PEACE Peace",
    "The con-\nflict of 10\u202f000 boys, a re-\nport\u00ad\ning of l'État; Rev. Roe spoke.",
)


def articles(first: int, count: int) -> list[Article]:
    """Short articles in several scripts; some without a title, a date, or anything but an id."""
    made = []
    for number in range(first, first + count):
        text = _SENTENCES[number % len(_SENTENCES)]
        if number % 12 == 11:
            made.append(Article(f"bare-{number}"))
            continue
        made.append(
            Article(
                f"id-{number:02}",
                "" if number % 5 == 4 else text.split(".")[0][:30],
                f"{text}\n\n{_SENTENCES[(number * 7 + 1) % len(_SENTENCES)]}" if number % 4 == 1 else text,
                None if number % 6 == 5 else datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number, microseconds=number),
                (("Ayşe Yılmaz", "J. O'Neill"), (), ("Zoë",))[number % 3],
                ("The Daily", "Gazete", "")[number % 3],
                ("World", "World", "Économie", "")[number % 4],
                (("peace", "foreign affairs"), ("trade",), ())[number % 3],
                ("en", "fr", "tr", "ru", "zh")[number % 5],
                f"https://example.org/{number}" if number % 5 == 1 else "",
                f"{number}.txt",
                ("utf-8", "windows-1254")[number % 2],
                (None, 0.75)[number % 2],
                {"page": str(number), "日": "前"} if number % 3 == 0 else {},
            )
        )
    return made


ZONED = [
    Article("night", "Peace", "Peace talks", datetime(2020, 4, 26, 0, 30, tzinfo=timezone(timedelta(hours=4)))),
    Article("noon", "", "Talks", datetime(2020, 4, 26, 12, tzinfo=UTC)),
    Article("early", "", "", datetime(1890, 4, 26, 12, tzinfo=timezone(-timedelta(minutes=53, seconds=28)))),
    Article("undated"),
]
"""Dates with offsets."""


def make(folder: Path) -> None:
    """Write the segments and what they say into a folder."""
    made = []
    with TemporaryDirectory(dir=folder) as scratch, SegmentBuilder(Path(scratch), Analyzer("en")) as builder:
        for part in (ZONED, articles(0, PARTS[0]), articles(PARTS[0], PARTS[1])):
            for article in part:
                builder.add(article, f"root/{article.id}" if article.extra else "root")
            builder.flush()
        paths = [Path(scratch) / segment.file for segment in builder.segments]
        paths[0].rename(folder / "v1-offsets.columns")
        made.append(SegmentReader(folder / "v1-offsets.columns"))
        parts = []
        for path, deleted in zip(paths[1:], DELETED, strict=True):
            segment = SegmentReader(path)
            live = np.ones(segment.doc_count, dtype=bool)
            live[list(deleted)] = False
            parts.append(MergeInput(segment, live))
        merge(folder / "v1-divided.columns", parts)
        made.append(SegmentReader(folder / "v1-divided.columns"))
    for segment in made:
        verify.check(segment.container.path)
        segment.container.path.with_suffix(".json").write_bytes(orjson.dumps(told(segment)) + b"\n")


if __name__ == "__main__":
    for name in MADE:
        for suffix in (".columns", ".json"):
            (FOLDER / f"{name}{suffix}").unlink(missing_ok=True)
    make(FOLDER)
