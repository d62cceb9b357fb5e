"""Records in the shape of known exports, with articles of our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from searchkit.corpus import ReadOptions
from searchkit.corpus.key_sets import FIELD_KEYS, KEY_SETS, find_key_set, normal_key
from searchkit.corpus.records import RecordConverter
from searchkit.corpus.source import Source
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning

DAY = datetime(2020, 4, 26, tzinfo=UTC)
NOON = datetime(2020, 4, 26, 12, tzinfo=UTC)
MILLISECONDS = 1587902400000
URL = "https://example.org/ferry"

EXPORTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "TREC Washington Post": (
        {
            "id": "f1",
            "article_url": URL,
            "title": None,
            "author": "",
            "published_date": None,
            "contents": [
                {"content": "Travel", "mime": "text/plain", "type": "kicker"},
                {"content": "A ferry sails", "mime": "text/plain", "type": "title"},
                {"content": "By Ann Lee", "mime": "text/plain", "type": "byline"},
                {"content": MILLISECONDS, "mime": "text/plain", "type": "date"},
                {"fullcaption": "The ferry at night", "imageURL": f"{URL}.jpg", "mime": "image/jpeg", "type": "image"},
                {
                    "content": '<b>POTI</b> &mdash; It <a href="x">sailed</a>.',
                    "subtype": "paragraph",
                    "type": "sanitized_html",
                },
                None,
                {"content": "At Smith &amp; Sons", "subtype": "paragraph", "type": "sanitized_html", "mime": "text/html"},
            ],
            "type": "article",
        },
        {
            "id": "L/f1",
            "title": "A ferry sails",
            "body": "POTI — It sailed.\n\nAt Smith & Sons",
            "date": NOON,
            "authors": ("Ann Lee",),
            "section": "Travel",
            "url": URL,
            "extra": {
                "type": "article",
                "contents": '[{"mime":"text/plain"},{"mime":"text/plain"},{"mime":"text/plain"},{"mime":"text/plain"},'
                f'{{"fullcaption":"The ferry at night","imageURL":"{URL}.jpg","mime":"image/jpeg","type":"image"}},'
                '{"subtype":"paragraph"},{"subtype":"paragraph","mime":"text/html"}]',
            },
        },
    ),
    "Guardian Open Platform": (
        {
            "id": "world/2020/apr/26/ferry",
            "type": "article",
            "sectionId": "world",
            "sectionName": "World news",
            "webPublicationDate": "2020-04-26T12:00:00Z",
            "webTitle": "A ferry sails",
            "webUrl": URL,
            "fields": {
                "headline": "A ferry sails",
                "byline": "Ann Lee and Bo Ek",
                "body": "<p>It sailed.</p><p>It was late.</p>",
                "publication": "The Guardian",
                "wordcount": "5",
            },
            "tags": [
                {"id": "world/ferries", "type": "keyword", "webTitle": "Ferries"},
                {"id": "profile/annlee", "type": "contributor", "webTitle": "Ann Lee"},
            ],
        },
        {
            "id": "L/world/2020/apr/26/ferry",
            "title": "A ferry sails",
            "body": "It sailed.\n\nIt was late.",
            "date": NOON,
            "authors": ("Ann Lee", "Bo Ek"),
            "source": "The Guardian",
            "section": "World news",
            "topics": ("Ferries",),
            "url": URL,
            "extra": {
                "type": "article",
                "sectionId": "world",
                "fields": '{"headline":"A ferry sails","wordcount":"5"}',
                "tags": '[{"id":"world/ferries"},{"id":"profile/annlee","type":"contributor","webTitle":"Ann Lee"}]',
            },
        },
    ),
    "New York Times archive": (
        {
            "abstract": "A ferry.",
            "web_url": URL,
            "snippet": "",
            "lead_paragraph": "It sailed.",
            "source": "The New York Times",
            "multimedia": [],
            "headline": {"main": "A ferry sails", "kicker": None, "name": None},
            "keywords": [{"name": "subject", "value": "Ferries", "rank": 1}, {"name": "glocations", "value": "Poti"}],
            "pub_date": "2020-04-26T12:00:00+0000",
            "news_desk": "Foreign",
            "section_name": "World",
            "byline": {"original": None, "person": [{"firstname": "Ann", "middlename": "B.", "lastname": "Lee"}]},
            "_id": "nyt://article/1",
            "word_count": 2,
        },
        {
            "id": "L/nyt://article/1",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann B. Lee",),
            "source": "The New York Times",
            "section": "World",
            "topics": ("Ferries", "Poti"),
            "url": URL,
            "extra": {
                "abstract": "A ferry.",
                "keywords": '[{"name":"subject","rank":1},{"name":"glocations"}]',
                "news_desk": "Foreign",
                "word_count": "2",
            },
        },
    ),
    "ninjs": (
        {
            "uri": "tag:example.org,2020:ferry",
            "type": "text",
            "versioncreated": "2020-04-26T12:00:00Z",
            "pubstatus": "usable",
            "urgency": 4,
            "language": "en",
            "byline": "By Ann Lee",
            "headlines": [{"role": "short", "value": "Ferry"}, {"role": "main", "value": "A ferry sails"}],
            "bodies": [
                {"contenttype": "text/plain", "value": "It sailed. At night."},
                {"contenttype": "text/html", "value": "<p>It sailed.</p><p>At night.</p>"},
            ],
            "infosources": [{"name": "Example"}],
            "subjects": [{"name": "ferries"}, {"name": "sea"}],
            "people": [{"name": "Bo Sample"}],
        },
        {
            "id": "L/tag:example.org,2020:ferry",
            "title": "A ferry sails",
            "body": "It sailed.\n\nAt night.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "Example",
            "topics": ("ferries", "sea"),
            "language": "en",
            "extra": {
                "type": "text",
                "pubstatus": "usable",
                "urgency": "4",
                "headlines": '[{"role":"short","value":"Ferry"}]',
                "bodies": '[{"contenttype":"text/plain","value":"It sailed. At night."}]',
                "people": '[{"name":"Bo Sample"}]',
            },
        },
    ),
    "NewsAPI": (
        {
            "source": {"id": "the-paper", "name": "The Paper"},
            "author": "Ann Lee",
            "title": "A ferry sails",
            "description": "A ferry.",
            "url": URL,
            "urlToImage": None,
            "publishedAt": "2020-04-26T12:00:00Z",
            "content": None,
        },
        {
            "title": "A ferry sails",
            "body": "A ferry.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "The Paper",
            "url": URL,
            "extra": {"source": '{"id":"the-paper"}'},
        },
    ),
    "news-please": (
        {
            "authors": ["Ann Lee"],
            "date_download": "2020-05-01 00:00:00",
            "date_modify": None,
            "date_publish": "2020-04-26 12:00:00",
            "description": "A ferry.",
            "language": "en",
            "maintext": "It sailed.",
            "source_domain": "example.org",
            "title": "A ferry sails",
            "url": URL,
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "example.org",
            "language": "en",
            "url": URL,
            "extra": {"date_download": "2020-05-01 00:00:00", "description": "A ferry."},
        },
    ),
    "newspaper": (
        {
            "url": URL,
            "title": "A ferry sails",
            "text": "It sailed.",
            "authors": ["Ann Lee"],
            "publish_date": "2020-04-26 12:00:00",
            "top_image": f"{URL}.jpg",
            "images": [f"{URL}.jpg"],
            "tags": [],
            "keywords": ["ferry"],
            "summary": "",
            "meta_lang": "en",
            "meta_site_name": "The Paper",
            "canonical_link": "",
            "source_url": "https://example.org",
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "The Paper",
            "topics": ("ferry",),
            "language": "en",
            "url": URL,
            "extra": {"top_image": f"{URL}.jpg", "images": f'["{URL}.jpg"]', "source_url": "https://example.org"},
        },
    ),
    "Media Cloud": (
        {
            "stories_id": 27,
            "guid": URL,
            "title": "A ferry sails",
            "publish_date": "2020-04-26 12:00:00",
            "media_name": "The Paper",
            "media_id": 1,
            "language": "en",
            "url": URL,
            "story_sentences": [{"sentence": "It sailed.", "sentence_number": 0}, {"sentence": "It was late."}],
            "story_tags": [{"tag": "ferries", "tags_id": 9}],
        },
        {
            "id": "L/27",
            "title": "A ferry sails",
            "body": "It sailed. It was late.",
            "date": NOON,
            "source": "The Paper",
            "topics": ("ferries",),
            "language": "en",
            "url": URL,
            "extra": {
                "guid": URL,
                "media_id": "1",
                "story_sentences": '[{"sentence_number":0}]',
                "story_tags": '[{"tags_id":9}]',
            },
        },
    ),
    "EBSCO": (
        {
            "Article Title": "A ferry sails",
            "Author": "Lee, Ann; Ray, Bo",
            "Journal Title": "The Paper",
            "ISSN": "12345678",
            "Publication Date": "20200426",
            "First Page": "A1",
            "Accession Number": "2W62",
            "Publisher": "Paper Press",
            "Doctype": "Article",
            "Subjects": "FERRIES; SHIPS",
            "Keywords": "",
            "Abstract": "It sailed.",
            "PLink": URL,
        },
        {
            "id": "L/2W62",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": DAY,
            "authors": ("Lee, Ann", "Ray, Bo"),
            "source": "The Paper",
            "topics": ("FERRIES", "SHIPS"),
            "url": URL,
            "extra": {"ISSN": "12345678", "First Page": "A1", "Publisher": "Paper Press", "Doctype": "Article"},
        },
    ),
    "ProQuest": (
        {
            "Title": "A ferry sails",
            "Abstract": "It sailed.",
            "StoreId": "2345678901",
            "ArticleType": "News",
            "Authors": "Lee, Ann",
            "pubdate": "Apr 26, 2020",
            "pubtitle": "The Paper",
            "subjects": "Ferries; Ships",
            "publisher": "Paper Press",
            "DocumentURL": URL,
            "Database": "Papers",
            "language": "English",
        },
        {
            "id": "L/2345678901",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": DAY,
            "authors": ("Lee, Ann",),
            "source": "The Paper",
            "topics": ("Ferries", "Ships"),
            "language": "English",
            "url": URL,
            "extra": {"ArticleType": "News", "publisher": "Paper Press", "Database": "Papers"},
        },
    ),
    "HuffPost News Category": (
        {
            "link": URL,
            "headline": "A ferry sails",
            "category": "TRAVEL",
            "short_description": "It sailed.",
            "authors": "Ann Lee",
            "date": "2020-04-26",
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": DAY,
            "authors": ("Ann Lee",),
            "section": "TRAVEL",
            "url": URL,
        },
    ),
    "Webz.io": (
        {
            "thread": {"uuid": "t", "site_full": "www.example.org", "site": "example.org", "section_title": "World"},
            "uuid": "w1",
            "url": URL,
            "ord_in_thread": 0,
            "author": "Ann Lee",
            "published": "2020-04-26T12:00:00.000Z",
            "title": "A ferry sails",
            "text": "It sailed.",
            "language": "english",
            "entities": {"persons": []},
            "crawled": "2020-05-01T00:00:00.000Z",
            "categories": ["Travel"],
        },
        {
            "id": "L/w1",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "www.example.org",
            "section": "World",
            "topics": ("Travel",),
            "language": "english",
            "url": URL,
            "extra": {
                "thread": '{"uuid":"t","site":"example.org"}',
                "ord_in_thread": "0",
                "entities": '{"persons":[]}',
                "crawled": "2020-05-01T00:00:00.000Z",
            },
        },
    ),
    "Event Registry": (
        {
            "uri": "61",
            "lang": "eng",
            "isDuplicate": False,
            "date": "2020-04-27",
            "dateTime": "2020-04-27T09:00:00Z",
            "dateTimePub": "2020-04-26T12:00:00Z",
            "url": URL,
            "title": "A ferry sails",
            "body": "It sailed.",
            "source": {"uri": "example.org", "title": "The Paper"},
            "authors": [{"uri": "ann@example.org", "name": "Ann Lee", "isAgency": False}],
            "concepts": [{"uri": "x", "label": {"eng": "Ferry"}}],
        },
        {
            "id": "L/61",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "The Paper",
            "topics": ("Ferry",),
            "language": "eng",
            "url": URL,
            "extra": {
                "isDuplicate": "false",
                "date": "2020-04-27",
                "dateTime": "2020-04-27T09:00:00Z",
                "source": '{"uri":"example.org"}',
                "authors": '[{"uri":"ann@example.org","isAgency":false}]',
                "concepts": '[{"uri":"x"}]',
            },
        },
    ),
    "AYLIEN": (
        {
            "id": 5,
            "title": "A ferry sails",
            "body": "It sailed.",
            "author": {"id": 1, "name": "Ann Lee"},
            "published_at": "2020-04-26T12:00:00Z",
            "source": {"id": 2, "name": "The Paper", "domain": "example.org"},
            "links": {"permalink": URL},
            "hashtags": ["#Ferry"],
            "language": "en",
            "words_count": 2,
            "sentences_count": 1,
        },
        {
            "id": "L/5",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "source": "The Paper",
            "topics": ("#Ferry",),
            "language": "en",
            "url": URL,
            "extra": {
                "author": '{"id":1}',
                "source": '{"id":2,"domain":"example.org"}',
                "words_count": "2",
                "sentences_count": "1",
            },
        },
    ),
    "Trafilatura": (
        {
            "title": "A ferry sails",
            "author": "Ann Lee; Bo Ek",
            "hostname": "example.org",
            "date": "2020-04-26",
            "fingerprint": "0f",
            "id": None,
            "raw_text": "It sailed. Share",
            "text": "It sailed.\nIt was late.",
            "source": URL,
            "source-hostname": "The Paper",
            "categories": "World",
            "tags": "ferry;sea",
            "language": None,
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.\nIt was late.",
            "date": DAY,
            "authors": ("Ann Lee", "Bo Ek"),
            "source": "The Paper",
            "section": "World",
            "topics": ("ferry", "sea"),
            "url": URL,
            "extra": {"hostname": "example.org", "fingerprint": "0f", "raw_text": "It sailed. Share"},
        },
    ),
    "schema.org": (
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": "A ferry sails",
            "articleBody": "It sailed.",
            "datePublished": "2020-04-26T12:00:00Z",
            "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Ek"}],
            "publisher": {"@type": "Organization", "name": "The Paper"},
            "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
            "articleSection": ["World"],
            "inLanguage": "en",
            "keywords": "ferry, sea",
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee", "Bo Ek"),
            "source": "The Paper",
            "section": "World",
            "topics": ("ferry", "sea"),
            "language": "en",
            "url": URL,
            "extra": {
                "@context": "https://schema.org",
                "@type": "NewsArticle",
                "author": '[{"@type":"Person"},{"@type":"Person"}]',
                "publisher": '{"@type":"Organization"}',
                "mainEntityOfPage": '{"@type":"WebPage"}',
            },
        },
    ),
    "GDELT": (
        {
            "url": URL,
            "url_mobile": "",
            "title": "A ferry sails",
            "seendate": "20200426T120000Z",
            "socialimage": "",
            "domain": "example.org",
            "language": "English",
            "sourcecountry": "Georgia",
        },
        {
            "title": "A ferry sails",
            "date": NOON,
            "source": "example.org",
            "language": "English",
            "url": URL,
            "extra": {"sourcecountry": "Georgia"},
        },
    ),
    "WordPress": (
        {
            "id": 12,
            "date": "2020-04-26T12:00:00",
            "date_gmt": "2020-04-26T08:00:00",
            "slug": "ferry",
            "link": URL,
            "title": {"rendered": "A ferry &#8212; late"},
            "content": {"rendered": "<p>It sailed.</p>\n<p>It was late.</p>\n", "protected": False},
            "author": 3,
            "categories": [7],
            "tags": [],
            "_embedded": {"author": [{"id": 3, "name": "Ann Lee"}], "wp:term": [[{"name": "Travel"}], []]},
        },
        {
            "id": "L/12",
            "title": "A ferry — late",
            "body": "It sailed.\n\nIt was late.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "topics": ("Travel",),
            "url": URL,
            "extra": {
                "date_gmt": "2020-04-26T08:00:00",
                "slug": "ferry",
                "content": '{"protected":false}',
                "author": "3",
                "categories": "[7]",
                "_embedded": '{"author":[{"id":3}]}',
            },
        },
    ),
    "JSON Feed": (
        {
            "id": "j1",
            "url": URL,
            "title": "A ferry sails",
            "content_html": "It sailed &amp; came back.",
            "date_published": "2020-04-26T12:00:00Z",
            "authors": [{"name": "Ann Lee", "url": "https://example.org/ann"}],
            "tags": ["ferry"],
        },
        {
            "id": "L/j1",
            "title": "A ferry sails",
            "body": "It sailed & came back.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "topics": ("ferry",),
            "url": URL,
            "extra": {"authors": '[{"url":"https://example.org/ann"}]'},
        },
    ),
    'Romance or Polish database with "data"': (
        {"titolo": "Un traghetto", "testo": "Arriva.", "data": "2020-04-26", "autore": "Ann Lee"},
        {"title": "Un traghetto", "body": "Arriva.", "date": DAY, "authors": ("Ann Lee",)},
    ),
    "feedparser": (
        {
            "title": "A ferry sails",
            "title_detail": {"type": "text/plain", "language": "en", "value": "A ferry sails"},
            "link": URL,
            "id": "e1",
            "author": "Ann Lee",
            "published": "Sun, 26 Apr 2020 12:00:00 GMT",
            "tags": [{"term": "ferry", "scheme": None}],
            "content": [{"type": "text/html", "value": "<p>It sailed.</p>"}],
        },
        {
            "id": "L/e1",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "authors": ("Ann Lee",),
            "topics": ("ferry",),
            "language": "en",
            "url": URL,
            "extra": {
                "title_detail": '{"type":"text/plain","value":"A ferry sails"}',
                "content": '[{"type":"text/html"}]',
            },
        },
    ),
}
# Exports whose keys are usual names.
USUAL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "CC-News": (
        {
            "title": "A ferry sails",
            "text": "It sailed.",
            "domain": "example.org",
            "date": "2020-04-26 12:00:00",
            "description": "A ferry.",
            "url": URL,
            "image_url": None,
        },
        {
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": NOON,
            "source": "example.org",
            "url": URL,
            "extra": {"description": "A ferry."},
        },
    ),
    "All the News": (
        {
            "id": 1,
            "title": "A ferry sails",
            "publication": "The Paper",
            "author": "Ann Lee",
            "date": "2020-04-26",
            "year": 2020.0,
            "content": "It sailed.",
        },
        {
            "id": "L/1",
            "title": "A ferry sails",
            "body": "It sailed.",
            "date": DAY,
            "authors": ("Ann Lee",),
            "source": "The Paper",
            "extra": {"year": "2020.0"},
        },
    ),
    "MongoDB": (
        {"_id": {"$oid": "5f"}, "headline": "A ferry sails", "pub_date": {"$date": {"$numberLong": str(MILLISECONDS)}}},
        {"id": "L/5f", "title": "A ferry sails", "date": NOON},
    ),
    "Elasticsearch": (
        {"_index": "news", "_id": "x", "_score": 1.0, "_source": {"title": "A ferry sails", "text": "It sailed."}},
        {"id": "L/x", "title": "A ferry sails", "body": "It sailed.", "extra": {"_index": "news", "_score": "1.0"}},
    ),
    "a flattened record": (
        {"headline.main": "A ferry sails", "source.name": "The Paper", "pub_date": "2020-04-26", "web_url": URL},
        {"title": "A ferry sails", "date": DAY, "url": URL, "extra": {"source.name": "The Paper"}},
    ),
    "Dublin Core": (
        {"dc:title": "A ferry sails", "DC:Creator": "Ann Lee", "dc:date": "2020-04-26", "dc:description": "It sailed."},
        {"title": "A ferry sails", "body": "It sailed.", "date": DAY, "authors": ("Ann Lee",)},
    ),
}


def article(record: dict[str, Any], **options: Any) -> Article:
    """The article of a record that is read without a warning."""
    warnings: list[ReadWarning] = []
    source = Source("a.jsonl", "L", "", ReadOptions(**options), lambda failure: None, on_warning=warnings.append)
    found = RecordConverter(source, "line {}".format).article(record, 1, ("", 0.0), is_plain=False)
    assert found is not None
    assert warnings == []
    return found


@pytest.mark.parametrize("name", [*EXPORTS, *USUAL])
def test_records_of_exports(name: str) -> None:
    record, expected = (EXPORTS | USUAL)[name]
    wanted: dict[str, Any] = {"id": "L#1", "path": "a.jsonl", "encoding_confidence": 0.0} | expected
    assert article(record) == Article(**wanted)


def test_each_key_set_has_a_record() -> None:
    assert [key_set.name for key_set in KEY_SETS] == list(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_record_is_of_its_export_alone(name: str) -> None:
    keys = set(map(normal_key, EXPORTS[name][0]))
    found = find_key_set(keys)
    assert found is not None
    assert found.name == name
    assert [one.name for one in KEY_SETS if any(keys.issuperset(required.split()) for required in one.required)] == [name]


def test_names_and_marks_are_in_normal_form() -> None:
    names = [*FIELD_KEYS.values(), *(required for key_set in KEY_SETS for required in key_set.required)]
    assert [key for keys in names for key in keys.split() if normal_key(key) != key] == []


@pytest.mark.parametrize("key", ["pubDate", "pub_date", "PUB-DATE", "Pub Date", "_pubdate", "pubDate:"])
def test_keys_that_are_one(key: str) -> None:
    assert normal_key(key) == "pubdate"
    assert article({"Text": "x", key: "2020-04-26"}).date == DAY


@pytest.mark.parametrize(
    "key",
    [
        "date of publication",
        "дата публикации",
        "fecha de publicación",
        "data de publicação",
        "date de publication",
        "dateParution",
        "Erscheinungsdatum",
        "release_date",
        "posted",
        "日期",
    ],
)
def test_keys_of_dates(key: str) -> None:
    assert article({"text": "x", key: "2020-04-26"}).date == DAY


def test_map_wins_over_a_key_set() -> None:
    record = json.loads(json.dumps(EXPORTS["Guardian Open Platform"][0]))
    found = article(record, map=(("title", "fields.headline"), ("body", "fields.trail_text"), ("topics", "tags.id")))
    assert (found.title, found.body, found.topics) == ("A ferry sails", "", ("world/ferries", "profile/annlee"))
    assert found.section == "World news"
