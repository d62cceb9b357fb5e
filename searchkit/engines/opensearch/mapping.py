"""The indexes of an archive on a cluster: their names, their settings, and the fields of their
documents.

An archive `news` is an alias of one or more indexes of articles: one, or one for each year or month
of printed dates. A rebuild makes them anew, under a greater number. Each has a second alias of its
own, to which changes are sent: a cluster makes an index where one is missing, but no alias. Those
that a rebuild has replaced have a third one instead of both, until they are removed.

`news-searchkit-state` beside them holds what is remembered beside articles: the number of the last
run, the lease of the run that writes now, roots, the states of their files, and tombstones.

Title and body are indexed in four fields each, with the same positions. The cluster does not
analyse text: it divides at blanks what `layers` made of it.

| field | one token for each word |
|---|---|
| `body.stem` | the term: folded and stemmed; its lengths count for scores |
| `body.folded` | the folded form, for wildcards, fuzzy words and regular expressions |
| `body.surface` | the surface form, see `layers.surface_token` |
| `body.structure` | codes of sentences, paragraphs, passages and divided words, see `layers` |

The last has several codes at a position, and therefore no norms: its lengths are those of no text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from searchkit.analysis import ANALYSIS_VERSION, PARAGRAPH_GAP, snowball_version
from searchkit.frozen import frozen
from searchkit.model import Article, Partition

FORMAT = 1
"""The version of the mapping. Increment it when documents would get other fields or codes."""
MAX_CLUSTER_TERM_BYTES = 32_766
"""The longest term of a field, in bytes of UTF-8 (Lucene's IndexWriter.MAX_TERM_LENGTH)."""
LAYERS = ("stem", "folded", "surface", "structure")
"""The fields that each of title and body has."""
_REGEX_LENGTH = 65_536
"""The most characters of a regular expression: `\\d` alone is 400, the digits of all scripts."""
TOKEN_LENGTH = 8_192
"""The most characters of a token. Where two divided words meet, the codes of both may have 5,613
(words of 255 letters such as ß, which folds to two)."""
MAX_VALUE_CHARACTERS = MAX_CLUSTER_TERM_BYTES // 4
"""The most characters of a keyword, each of which may take four bytes."""
_SETTINGS = {"index.gc_deletes": "1h"}
"""Of all indexes of an archive. So long a cluster remembers the version of a document that was
deleted (by default 60 seconds): a change that arrives late must not bring it back."""

PARTITIONS: tuple[Partition, ...] = get_args(Partition)
UNDATED = "undated"
_PART = rf"{UNDATED}|\d{{4}}(?:-\d{{2}})?"

_WORDS = {"type": "text", "analyzer": "searchkit_words", "position_increment_gap": PARAGRAPH_GAP - 1}
_STRUCTURE = {
    "type": "text",
    "analyzer": "searchkit_codes",
    "search_analyzer": "searchkit_words",
    "position_increment_gap": PARAGRAPH_GAP - 1,
    "norms": False,
}
_KEYWORD = {"type": "keyword", "ignore_above": MAX_VALUE_CHARACTERS}
_TEXT = {"properties": {"stem": _WORDS, "folded": _WORDS, "surface": _WORDS, "structure": _STRUCTURE}}
_WORD_FIELD = {"properties": {"words": _WORDS | {"norms": False}, "structure": _STRUCTURE, "terms": _KEYWORD}}
"""Words that are not stemmed and do not score: folded with positions, their structure, and each
once for listing."""


def state_index(name: str) -> str:
    """The index of what an archive remembers beside its articles."""
    return f"{name}-searchkit-state"


def article_index(name: str, number: int, part: str = "") -> str:
    """The index of a part of the articles ("" where there are no parts). `number` is 1 for those of
    a new archive, and greater for those of each rebuild."""
    return f"{name}-searchkit-articles-{number:06}{part and '-'}{part}"


def write_alias(name: str, number: int, part: str = "") -> str:
    """The alias by which an index of articles is written."""
    return f"{name}-searchkit-write-{number:06}{part and '-'}{part}"


def replaced_alias(name: str) -> str:
    """The alias of all indexes of articles that a rebuild has replaced."""
    return f"{name}-searchkit-replaced"


def parse_article_index(name: str, index: str) -> tuple[int, str] | None:
    """The number and the part of an index of articles; None for another index."""
    found = re.fullmatch(rf"{re.escape(name)}-searchkit-articles-(\d{{6,}})(?:-({_PART}))?", index, re.ASCII)
    return (int(found[1]), found[2] or "") if found else None


def part_of(article: Article, partition: Partition) -> str:
    """The part of an archive that an article belongs to, by its printed date."""
    if partition == "none":
        return ""
    if article.date is None:
        return UNDATED
    year = f"{article.date.year:04}"
    return year if partition == "year" else f"{year}-{article.date.month:02}"


def first_part(partition: Partition) -> str:
    """The part that every archive has, also an empty one."""
    return "" if partition == "none" else UNDATED


def article_indexes(name: str) -> str:
    """A pattern of the names of all indexes of articles."""
    return f"{name}-searchkit-articles-*"


def template_name(name: str) -> str:
    """The name of the template of indexes of articles."""
    return f"{name}-searchkit"


@frozen
class ArchiveSettings:
    """What the indexes of an archive's articles are made with: the language of the analysis, the
    shards of each index and the copies of each shard, and the partition."""

    language: str
    shards: int = 1
    replicas: int = 1
    partition: Partition = "none"

    def replace(self, changes: Mapping[str, Any]) -> ArchiveSettings:
        """These settings with changes, by the names of fields."""
        fields = {name: getattr(self, name) for name in ("language", "shards", "replicas", "partition")}
        return ArchiveSettings(**(fields | dict(changes)))


def article_template(name: str, settings: ArchiveSettings) -> dict[str, Any]:
    """The index template of an archive's articles."""
    return {
        "index_patterns": [article_indexes(name)],
        "priority": 500,
        "template": {
            "settings": {
                "number_of_shards": settings.shards,
                "number_of_replicas": settings.replicas,
                **_SETTINGS,
                "max_regex_length": _REGEX_LENGTH,
                "analysis": {
                    "tokenizer": {"searchkit_blanks": {"type": "whitespace", "max_token_length": TOKEN_LENGTH}},
                    "filter": {
                        "searchkit_codes": {"type": "pattern_capture", "patterns": ["([^|]+)"], "preserve_original": False}
                    },
                    "analyzer": {
                        "searchkit_words": {"type": "custom", "tokenizer": "searchkit_blanks"},
                        "searchkit_codes": {
                            "type": "custom",
                            "tokenizer": "searchkit_blanks",
                            "filter": ["searchkit_codes"],
                        },
                    },
                },
            },
            "mappings": article_mapping(settings),
        },
    }


def article_mapping(settings: ArchiveSettings) -> dict[str, Any]:
    """The mapping of an index of articles.

    Of what a document was made of, only the article itself is stored: with everything else, an
    index would be twice as large.
    """
    return {
        "dynamic": "strict",
        "_meta": {
            "searchkit": {
                "format": FORMAT,
                "analysis_version": ANALYSIS_VERSION,
                "snowball_version": snowball_version(),
                "language": settings.language,
                "partition": settings.partition,
            }
        },
        "_source": {"includes": ["article"]},
        "properties": {
            "article": {"type": "keyword", "index": False, "doc_values": False},
            "record_hash": {"type": "long", "index": False},
            "origin": _KEYWORD,
            "id": _KEYWORD,
            "title": _TEXT,
            "body": _TEXT,
            "author": _WORD_FIELD,
            "source": {"properties": _WORD_FIELD["properties"] | {"value": _KEYWORD}},
            "section": _WORD_FIELD,
            "topic": _WORD_FIELD,
            "lang": _KEYWORD,
            "url": _KEYWORD,
            "host": _KEYWORD,
            "url_path": _KEYWORD,
            "path": _KEYWORD,
            "printed": {"type": "long"},
            "moment": {"type": "long"},
            "date": {"type": "date", "format": "epoch_millis"},
            "words": {"type": "integer"},
        },
    }


def state_content(replicas: int) -> dict[str, Any]:
    """The settings and the mapping of `state_index`. Its documents are one of the kind `run`, and
    one for each root, file of a root, and remembered deletion, of the kinds `root`, `file` and
    `tombstone`."""
    return {
        "settings": {"number_of_shards": 1, "number_of_replicas": replicas, **_SETTINGS},
        "mappings": _STATE_MAPPING,
    }


_STATE_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "kind": {"type": "keyword"},
        "number": {"type": "long"},
        "generation": {"type": "long"},
        "id": _KEYWORD,
        "origin": _KEYWORD,
        "content": {"type": "object", "enabled": False},
    },
}
