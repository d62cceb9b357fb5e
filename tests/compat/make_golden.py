"""Make the newest golden segment of the format's first version as analysis makes it now, and what
is read from it as JSON.

    .venv-dev/bin/python -m tests.compat.make_golden

Only while it is not published; afterwards it is never made again (see README.md).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
MADE = ("v1-quotations",)
"""Those that are made. The others are older: analysis made other words and sentences of the same
texts, or segments did not say where quotations are."""
DELETED = ((2,), (0, 4), (1, 3, 5))
"""Which articles of each part of the merged segment are deleted."""

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


QUOTED = [
    Article("english", "“Peace” talks", 'He said: "Peace is near.\n\n"War is over," and left. ‘Truce’, 12" wide'),
    Article("german", "", "„Frieden“ und »Krieg«: „Er sagte ‚ja‘.“ " + "x " * 300 + "„Ende“"),
    Article("unclosed", 'A "headline', "No “quotation.\n\nNone"),
    Article("french", "", "« La paix », dit-il. «Bientôt»"),
    Article("japanese", "", "彼は「平和」と『本』"),
    Article("bare"),
]
"""Quotations, one of them over two paragraphs, one far behind the one before."""


def make(folder: Path) -> None:
    """Write the segment, merged of two with deletions, and what it says into a folder."""
    target = folder / "v1-quotations.columns"
    with TemporaryDirectory(dir=folder) as scratch, SegmentBuilder(Path(scratch), Analyzer("en")) as builder:
        for part in (QUOTED, articles(0, 6), QUOTED[::-1]):
            for article in part:
                builder.add(article, f"root/{article.id}" if article.extra else "root")
            builder.flush()
        parts = []
        for segment, deleted in zip(builder.segments, DELETED, strict=True):
            reader = SegmentReader(Path(scratch) / segment.file)
            live = np.ones(reader.doc_count, dtype=bool)
            live[list(deleted)] = False
            parts.append(MergeInput(reader, live))
        merge(target, parts)
    verify.check(target)
    target.with_suffix(".json").write_bytes(orjson.dumps(told(SegmentReader(target))) + b"\n")


if __name__ == "__main__":
    for name in MADE:
        for suffix in (".columns", ".json"):
            (FOLDER / f"{name}{suffix}").unlink(missing_ok=True)
    make(FOLDER)
