"""The articles of a run, as JSON lines: real ones, or any number made of the sentences of real
ones."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Record = dict[str, Any]
"""One article as it stands in a file: id, title, body, date (ISO 8601 or None), author, source,
topics (a list)."""

FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)
MINUTES = 20 * 365 * 24 * 60
AUTHORS = ("Akbar Aliyev", "Maria Ortiz", "Jean-Luc Moreau", "Ng Wei Ling", "Olga Petrova", "Sam O'Neill")
SOURCES = ("The Courier", "Daily Ledger", "Evening Mail", "Meridian")
OTHER_SCRIPT = re.compile(r"[^\x00-\u024f\u2000-\u206f\u20a0-\u20cf]")
NUMBER = re.compile(r"\d{2,}")
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{4,}\b")
ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "r", "s", "t", "v", "z", "sh", "tr", "gr")
VOWELS = ("a", "e", "i", "o", "u", "ai")


@dataclass(frozen=True)
class Material:
    """What made-up articles are made of.

    `varied` says to change numbers and names, for a source that is too small to have many rare
    words.
    """

    sentences: tuple[str, ...]
    titles: tuple[str, ...]
    topics: tuple[tuple[str, ...], ...]
    varied: bool


def collect_material(articles: Iterable[Record], varied: bool) -> Material:
    """Collect sentences, titles and topics.

    Sentences with letters other than Latin ones are left out.
    """
    sentences, titles, topics = [], [], []
    for article in articles:
        body = re.sub(r"\s+", " ", article["body"])
        sentences += [s for s in re.split(r"(?<=[a-z]\.)\s+", body) if len(s) > 20 and not OTHER_SCRIPT.search(s)]
        if article["title"] and not OTHER_SCRIPT.search(article["title"]):
            titles.append(article["title"])
        if article["topics"]:
            topics.append(tuple(article["topics"]))
    if not sentences or not titles:
        raise ValueError("no sentences or no titles to make articles of")
    return Material(tuple(sentences), tuple(titles), tuple(topics) or ((),), varied)


def make_name(number: int) -> str:
    """Make a name of a number: a different one for each."""
    name = ""
    while number or len(name) < 4:
        number, syllable = divmod(number, len(ONSETS) * len(VOWELS))
        name += ONSETS[syllable % len(ONSETS)] + VOWELS[syllable // len(ONSETS)]
    return name.capitalize()


def varied(sentence: str, rng: random.Random) -> str:
    """Change the numbers of a sentence and some of its names.

    Few of the names are common and most are rare.
    """
    sentence = NUMBER.sub(lambda found: str(rng.randrange(10 ** (len(found[0]) - 1), 10 ** len(found[0]))), sentence)
    return NAME.sub(
        lambda found: make_name(int(rng.paretovariate(0.4)) % 10**9) if rng.random() < 0.3 else found[0], sentence
    )


def make_articles(source: Material, count: int, seed: int = 7) -> Iterator[Record]:
    """Make articles of whole sentences, so that words, phrases and lengths are those of newswire.

    The same arguments give the same articles.
    """
    rng = random.Random(seed)
    for number in range(count):
        chosen = [rng.choice(source.sentences) for _ in range(max(2, int(rng.lognormvariate(2.2, 0.6))))]
        if source.varied:
            chosen = [varied(sentence, rng) for sentence in chosen]
        yield {
            "id": str(number),
            "title": rng.choice(source.titles),
            "body": "\n\n".join(" ".join(chosen[start : start + 3]) for start in range(0, len(chosen), 3)),
            "date": (FIRST_DAY + timedelta(minutes=rng.randrange(MINUTES))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "author": rng.choice(AUTHORS),
            "source": rng.choice(SOURCES),
            "topics": list(rng.choice(source.topics)),
        }


def read_with_searchkit(path: Path) -> Iterator[Record]:
    """Read any file or folder that searchkit reads.

    Ids become numbers; articles without text are left out.
    """
    import searchkit

    articles = (article for article in searchkit.read(path) if article.title or article.body)
    for number, article in enumerate(articles):
        yield {
            "id": str(number),
            "title": article.title,
            "body": article.body,
            "date": article.date.strftime("%Y-%m-%dT%H:%M:%SZ") if article.date else None,
            "author": ", ".join(article.authors),
            "source": article.source,
            "topics": list(article.topics),
        }


def read_lines(path: Path) -> Iterator[Record]:
    """Read the articles of a JSON lines file with the fastest parser, as engines do that read files
    themselves."""
    with path.open("rb") as lines:
        yield from map(fastest_reader(), lines)


def fastest_reader() -> Callable[[bytes], Record]:
    """orjson's parser, or json's in an interpreter without orjson."""
    try:
        import orjson
    except ImportError:
        return json.loads
    return orjson.loads


def parse_moment(text: str | None) -> datetime | None:
    """Parse the date of a record, in UTC."""
    if not text:
        return None
    date = datetime.fromisoformat(text)
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def complete_record(record: Record, number: int) -> Record:
    """A record with all keys, also those that the file left out."""
    date = parse_moment(record.get("date"))
    return {
        "id": str(record.get("id", number)),
        "title": record.get("title") or "",
        "body": record.get("body") or "",
        "date": date.strftime("%Y-%m-%dT%H:%M:%SZ") if date else None,
        "author": record.get("author") or "",
        "source": record.get("source") or "",
        "topics": list(record.get("topics") or ()),
    }


@dataclass(frozen=True)
class Written:
    """The size of a file of articles; `words` are divided by white space."""

    articles: int
    bytes: int
    words: int


def write_lines(path: Path, records: Iterable[Record]) -> Written:
    """Write articles as JSON lines."""
    articles = words = 0
    with path.open("w", encoding="utf-8") as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
            articles += 1
            words += len(record["title"].split()) + len(record["body"].split())
    return Written(articles, path.stat().st_size, words)


def write_texts(folder: Path, records: Iterable[Record]) -> int:
    """Write articles as text files, a thousand in each folder; return their number."""
    count = 0
    for record in records:
        if count % 1000 == 0:
            below = folder / f"{count // 1000:04d}"
            below.mkdir(parents=True)
        head = f" date {(record['date'] or '1987-01-01')[:10]} By {record['author'] or 'Staff'}"
        text = f"{head}\n\n{record['title']}\n\n{record['body']}\n"
        (below / f"{count}.txt").write_text(text, encoding="utf-8")
        count += 1
    return count
