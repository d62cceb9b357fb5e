from __future__ import annotations

import shlex
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.control_characters import has_controls
from searchkit.corpus import ReadOptions, records
from searchkit.corpus.key_sets import FIELD_KEYS
from searchkit.corpus.readers.jsonl import _is_plain
from searchkit.corpus.records import RecordConverter
from searchkit.corpus.source import Source
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning

KEYS = st.sampled_from([*(key for keys in FIELD_KEYS.values() for key in keys.split()), "Title", "x", "", "meta", "a\u0007"])
TEXTS = st.text(st.sampled_from("ab \n\t\r\x00\x07\x85\x9f\u2003é,;\\<"), max_size=5) | st.sampled_from(
    ["2020-04-26", "By A", "<p>a</p>", "<br>a<BR>", "a " * 150, "O&#39;N &amp; B", "&#7;a;&lt;", "a&#x85;b, &eacute;"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["name", "who", "x"]), below, max_size=2),
    max_leaves=4,
)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6)


def converter(*mapped: tuple[str, str]) -> RecordConverter:
    """The converter of a file that is read with `--map`."""
    source = Source("a.jsonl", "L", "", ReadOptions(map=mapped), lambda failure: None)
    return RecordConverter(source, "line {}".format)


def article(made: RecordConverter, record: dict[str, Any], is_clean: bool = False) -> Article | None:
    return made.article(record, 1, ("utf-8", 1.0), is_clean)


@given(st.lists(RECORDS, max_size=5))
def test_records_before_change_nothing(many: list[dict[str, Any]]) -> None:
    mapped = (("authors", "meta.who"), ("title", "x"))
    shared = converter(*mapped)
    assert [article(shared, record) for record in many] == [article(converter(*mapped), record) for record in many]


@given(RECORDS)
@example({"title": "T", "date": {"who": "\x85"}})
def test_a_line_that_is_plain_needs_no_cleaning(record: dict[str, Any]) -> None:
    line = orjson.dumps(record)
    if _is_plain(line):
        assert article(converter(), record, is_clean=True) == article(converter(), record)
    found = article(converter(), record, is_clean=_is_plain(line))
    if found is not None:
        assert not any(map(has_controls, (found.title, found.body, found.source, *found.authors, *found.extra.values())))


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\r", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"])
def test_control_characters_make_a_line_unclean(text: str) -> None:
    for line in (orjson.dumps({"text": text}), b'{"text": "\\u%04x"}' % ord(text), b'{"text": "\\u%04X"}' % ord(text)):
        assert not _is_plain(line)


@pytest.mark.parametrize("text", ["", "a\n\tb", "\xa0", "é", "\u2003", "\u4e00", "😀"])
def test_other_characters_leave_a_line_clean(text: str) -> None:
    assert _is_plain(orjson.dumps({"text": text}))


def test_sets_of_keys_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_PLANS", 8)
    made = converter()
    for number in range(20):
        found = article(made, {"text": "x", f"key {number}": number})
        assert found is not None
        assert found.extra == {f"key {number}": str(number)}
        assert 0 < made._plans.size <= 8


def test_a_key_that_came_too_late_for_its_field_is_left_over() -> None:
    found = article(converter(), {"headline": "B", "title": "A", "text": "x", "content": "y", "_id": ""})
    assert found is not None
    assert (found.title, found.body, found.extra) == ("A", "x", {"headline": "B", "content": "y"})


def told(*records: dict[str, Any]) -> tuple[list[Article | None], list[ReadWarning]]:
    """The articles of the records of one file, and the warnings."""
    warnings: list[ReadWarning] = []
    source = Source("a.jsonl", "L", "", ReadOptions(), lambda failure: None, on_warning=warnings.append)
    made = RecordConverter(source, "line {}".format)
    articles = []
    for number, record in enumerate(records, 1):
        line = orjson.dumps(record)
        articles.append(made.article(record, number, ("", 0.0), _is_plain(line)))
    return articles, warnings


LONG = "The ferry sailed late and nobody knew why. " * 6


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"title": "T", "artikeltext": LONG}, "artikeltext"),
        ({"title": "T", "text": "A ferry.", "artikeltext": LONG}, "artikeltext"),
        ({"title": "T", "text": "A ferry.", "description": LONG}, "description"),
        ({"title": "T", "parts": [{"words": LONG[:120], "kind": "a"}, {"words": LONG[:120]}]}, "parts.words"),
        ({"title": "T", "data": {"story_of": {"de": LONG}}}, "data.story_of.de"),
        ({"title": "T", "文": "渡輪" * 100}, "文"),
    ],
)
def test_a_long_text_that_no_field_took_is_told_once_with_its_path(record: dict[str, Any], path: str) -> None:
    [first, second], warnings = told(record, record)
    assert first is not None
    assert second is not None
    assert warnings == [ReadWarning("unread-text", "a.jsonl", f'"{path}" (--map {shlex.quote(f"body={path}")})')]
    mapped = converter(("body", path))
    found = article(mapped, record)
    assert found is not None
    assert len(found.body) >= 200


@pytest.mark.parametrize(
    "record",
    [
        {"title": "T", "note": "short"},
        {"title": "T", "image": "A" * 1000},
        {"title": "T", "text": LONG, "note": LONG},
        {"title": "T", "text": LONG, "html": f"<p>{LONG * 9}</p>"},
        {"title": "T", "images": [f"https://example.org/{number}" for number in range(100)]},
        {"title": "T", "text": LONG, "description": LONG},
    ],
)
def test_what_is_no_long_text_of_an_article_is_not_told(record: dict[str, Any]) -> None:
    assert told(record)[1] == []


def test_dates_that_cannot_be_read_are_kept_and_told() -> None:
    articles, warnings = told(
        {"text": "x", "date": "soon"},
        {"text": "x", "published": "at night", "updated": "2020"},
        {"text": "x", "date": "soon", "published": "2020-04-26"},
        {"text": "x", "date": {"day": 1}},
        {"text": "x", "date": ""},
    )
    assert [one.extra for one in articles if one] == [
        {"date": "soon"},
        {"date": "at night", "updated": "2020"},
        {"date": "soon"},
        {"date": '{"day":1}'},
        {},
    ]
    assert warnings == [
        ReadWarning("dates", "a.jsonl", "soon", "line 1"),
        ReadWarning("dates", "a.jsonl", "at night", "line 2"),
        ReadWarning("dates", "a.jsonl", "soon", "line 3"),
        ReadWarning("dates", "a.jsonl", '{"day":1}', "line 4"),
    ]


@pytest.mark.parametrize(
    ("value", "day", "left", "unread"),
    [
        (["3/4/2020", "5 May 2020"], datetime(2020, 5, 5, tzinfo=UTC), '["3/4/2020"]', ["3/4/2020"]),
        (["soon", "2020-01-02"], datetime(2020, 1, 2, tzinfo=UTC), '["soon"]', ["soon"]),
        (["2020-01-01", "2021-01-01", "late"], datetime(2020, 1, 1, tzinfo=UTC), '["2021-01-01","late"]', []),
        (["", None, "2020-01-01", "2020-01-01"], datetime(2020, 1, 1, tzinfo=UTC), None, []),
        ([["soon", "2020-01-02"], [1577836800]], datetime(2020, 1, 2, tzinfo=UTC), '[["soon"],[1577836800]]', ["soon"]),
        ([{"day": 1}, 1577836800], datetime(2020, 1, 1, tzinfo=UTC), '[{"day":1}]', ['{"day":1}']),
        (["2020-01-01"], datetime(2020, 1, 1, tzinfo=UTC), None, []),
    ],
)
def test_what_a_list_has_beside_a_date_is_kept_and_told(
    value: list[Any], day: datetime, left: str | None, unread: list[str]
) -> None:
    [found], warnings = told({"title": "T", "text": "x", "date": value})
    assert found is not None
    assert (found.date, found.extra) == (day, {"date": left} if left else {})
    assert warnings == [ReadWarning("dates", "a.jsonl", text, "line 1") for text in unread]


def test_dates_in_a_list_of_objects() -> None:
    record = {"text": "x", "issues": [{"day": "soon", "n": 1}, {"day": "2020-01-02"}, {"day": "2020-01-03"}]}
    found = article(converter(("date", "issues.day")), record)
    assert found is not None
    assert found.date == datetime(2020, 1, 2, tzinfo=UTC)
    assert found.extra == {"issues": '[{"day":"soon","n":1},{"day":"2020-01-03"}]'}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ([{"value": "2020-04-26"}], None),
        ([{"value": "2020-04-26T00:00:00+00:00", "format": "Y-m-d"}], '[{"format":"Y-m-d"}]'),
        ([{"$date": "2020-04-26T00:00:00Z"}], None),
        ([{"$date": {"$numberLong": "1587859200000"}}], None),
        ([{"$date": {"$numberLong": "1587859200000", "n": 1}, "m": 2}], '[{"$date":{"n":1},"m":2}]'),
        ([{"value": "2020-04-26"}, {"value": "2020-04-27"}], '[{"value":"2020-04-27"}]'),
        ([{"name": "printed", "value": "2020-04-26"}], '[{"name":"printed"}]'),
        ([{"published": "2020-04-26", "zone": "local"}], '[{"zone":"local"}]'),
    ],
)
@pytest.mark.parametrize("key", ["date", "created"])
def test_a_date_in_an_object_in_a_list(key: str, value: list[Any], left: str | None) -> None:
    [found], warnings = told({"text": "x", key: value})
    assert found is not None
    assert (found.date, found.extra, warnings) == (datetime(2020, 4, 26, tzinfo=UTC), {key: left} if left else {}, [])


def test_when_a_record_was_made_is_no_date_that_was_printed() -> None:
    (found,), warnings = told({"text": "x", "date": "03/04/2020", "created_at": "2024-01-02T10:00:00Z"})
    assert found is not None
    assert (found.date, found.extra) == (None, {"date": "03/04/2020", "created_at": "2024-01-02T10:00:00Z"})
    assert warnings == [ReadWarning("dates", "a.jsonl", "03/04/2020", "line 1")]


def test_the_byline_that_gave_the_names_is_kept() -> None:
    (found,), warnings = told({"text": "x", "author": "Staff Reporter", "byline": "By Jane Doe, Senior Reporter"})
    assert found is not None
    assert (found.authors, warnings) == (("Jane Doe",), [])
    assert found.extra == {"author": "Staff Reporter", "byline": "By Jane Doe, Senior Reporter"}


def test_a_role_alone_is_understood() -> None:
    (found,), warnings = told({"text": "x", "author": "Staff Reporter"})
    assert found is not None
    assert (found.authors, found.extra, warnings) == ((), {"author": "Staff Reporter"}, [])


def test_lines_keep_no_break_blanks() -> None:
    (found,), _ = told({"text": "x", "title": "  Costs 1\u00a0655 \t € rise\n"})
    assert found is not None
    assert found.title == "Costs 1\u00a0655 € rise"


def test_an_unread_date_beside_another_key_of_its_name() -> None:
    record = {"text": "x", "date": "evening edition", "issued": "soon"}
    found = article(converter(("date", "issued")), record)
    assert found is not None
    assert found.extra == {"date": "evening edition", "issued": "soon"}


@pytest.mark.parametrize(
    ("record", "extra"),
    [
        ({"more": {"a": [1, None]}, "list": ["x", 2]}, {"more": '{"a":[1,null]}', "list": '["x",2]'}),
        ({"none": None, "empty": [], "nothing": {}, "blank": " \n"}, {}),
        ({"publisher": {"name": "The Paper", "id": 7}}, {"publisher": '{"id":7}'}),
        ({"authors": [{"forename": "Ann"}]}, {"authors": '[{"forename":"Ann"}]'}),
        ({"headline": {"main": "H"}}, {"headline": '{"main":"H"}'}),
        ({"control": ["\x85"]}, {"control": '["…"]'}),
    ],
)
def test_what_no_field_took_is_kept(record: dict[str, Any], extra: dict[str, str]) -> None:
    [found], _ = told({"title": "T", "text": "x"} | record)
    assert found is not None
    assert found.extra == extra


@pytest.mark.parametrize(
    ("body", "text", "left"),
    [
        (
            [{"name": "Intro", "content": "All of it."}, {"name": "Main", "content": "More."}],
            "All of it.\n\nMore.",
            '[{"name":"Intro"},{"name":"Main"}]',
        ),
        (
            ["One.", {"type": "text", "text": "A"}, {"type": "image", "caption": "B"}, None],
            "One.\n\nA",
            '[{"type":"text"},{"type":"image","caption":"B"}]',
        ),
        ([{"text": "A"}, "B", ["C", {"value": "D"}]], "A\n\nB\n\nC\n\nD", None),
        ([{"text": "A", "content": "B"}], "A", '[{"content":"B"}]'),
        ([{"text": " ", "content": "B"}], "B", None),
        ([{"text": {"x": 1}, "content": "B"}], "B", '[{"text":{"x":1}}]'),
        ([{"text": {"value": "A", "x": 1}, "name": "N"}], "A", '[{"text":{"x":1},"name":"N"}]'),
        ([{"name": "N"}], "N", None),
        ({"name": "main", "text": "The text"}, "The text", '{"name":"main"}'),
        ({"text": [{"name": "N", "text": "A"}], "x": [1]}, "A", '{"text":[{"name":"N"}],"x":[1]}'),
    ],
)
@pytest.mark.parametrize("key", ["body", "content", "paragraphs"])
def test_a_text_in_objects_is_the_body_and_the_rest_is_left_over(key: str, body: Any, text: str, left: str | None) -> None:
    [found], warnings = told({"title": "T", key: body})
    assert found is not None
    assert (found.body, found.extra, warnings) == (text, {key: left} if left else {}, [])


def test_what_objects_say_beside_a_name_is_left_over() -> None:
    person = {"first_name": "Bo", "last_name": "Ek", "role": "Editor"}
    [found, other], warnings = told(
        {
            "title": {"name": "T", "text": "more"},
            "text": "x",
            "authors": [{"name": "Jane Doe", "bio": "She sails.", "email": "j@example.org"}, person, "Ann Lee"],
            "tags": [{"name": "ferry", "id": 7}, "sea"],
        },
        {"text": "x", "author": person, "date": {"name": "soon", "zone": "local"}},
    )
    assert found is not None
    assert (found.title, found.authors, found.topics) == ("T", ("Jane Doe", "Bo Ek", "Ann Lee"), ("ferry", "sea"))
    assert found.extra == {
        "title": '{"text":"more"}',
        "authors": '[{"bio":"She sails.","email":"j@example.org"},{"role":"Editor"}]',
        "tags": '[{"id":7}]',
    }
    assert other is not None
    assert (other.authors, other.extra) == (("Bo Ek",), {"author": '{"role":"Editor"}', "date": '{"zone":"local"}\nsoon'})
    assert warnings == [ReadWarning("dates", "a.jsonl", "soon", "line 2")]


def test_html_becomes_text_in_each_field() -> None:
    [found], _ = told(
        {
            "title": "A <em>late</em> ferry",
            "text": "<p>It <b>sailed</b>.</p><p>It was late.</p>",
            "byline": "By <a href='x'>Ann Lee</a>",
            "section": "<b>World</b>",
            "tags": ["<i>ferry</i>"],
            "note": "<p>as it is</p>",
        }
    )
    assert found is not None
    assert (found.title, found.body, found.authors) == ("A late ferry", "It sailed.\n\nIt was late.", ("Ann Lee",))
    assert (found.section, found.topics, found.extra) == ("World", ("ferry",), {"note": "<p>as it is</p>"})


@pytest.mark.parametrize("is_clean", [True, False])
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Tom &#8217;s &amp; Jerry", "Tom ’s & Jerry"),
        ("&quot;Fish&quot; &lt; &eacute;", '"Fish" < é'),
        ("a&nbsp;b&#x27;c&apos;d", "a\xa0b'c'd"),
        ("a&#7;b&#10;c&#133;&#xD;&#0;", "a b c… \ufffd"),
        ("AT&amp;amp;T", "AT&amp;T"),
        # what stays
        ("How &lt;b&gt; is written", "How &lt;b&gt; is written"),
        ("AT&T; R&D, Q&A &#; &#x; &#12345678;", "AT&T; R&D, Q&A &#; &#x; &#12345678;"),
        ("&amp; &notit; &copy", "& &notit; &copy"),
    ],
)
def test_character_references_in_lines_are_resolved(text: str, line: str, is_clean: bool) -> None:
    record = {"title": text, "text": text, "source": text, "section": text, "tags": [text], "url": text, "note": text}
    found = article(converter(), record, is_clean)
    assert found is not None
    assert (found.title, found.source, found.section, found.topics) == (line, line, line, (line,))
    assert (found.body, found.url, found.extra) == (text, text, {"note": text})


@pytest.mark.parametrize("is_clean", [True, False])
@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Shaun O&#39;Leary &amp; Ann Lee", ("Shaun O'Leary", "Ann Lee")),
        ("Jos&eacute; Ruiz; Bo&nbsp;Ek", ("José Ruiz", "Bo Ek")),
        (["Shaun O&#x27;Leary", "Jos&eacute; Ruiz"], ("Shaun O'Leary", "José Ruiz")),
        ({"name": "Shaun O&apos;Leary"}, ("Shaun O'Leary",)),
        ({"firstName": "Jos&eacute;", "lastName": "Ruiz"}, ("José Ruiz",)),
        ("Ann Lee & Bo Ek", ("Ann Lee", "Bo Ek")),
    ],
)
def test_character_references_in_names_are_resolved(value: Any, names: tuple[str, ...], is_clean: bool) -> None:
    found = article(converter(), {"text": "x", "author": value}, is_clean)
    assert found is not None
    assert (found.authors, found.extra) == (names, {})


def test_character_references_do_not_part_topics() -> None:
    [found], _ = told({"text": "x", "tags": "Children&#8217;s books; Marks &amp; Spencer, war"})
    assert found is not None
    assert found.topics == ("Children’s books", "Marks & Spencer", "war")


def test_keys_that_are_one_are_tried_in_turn() -> None:
    [found], _ = told({"pubDate": None, "pub_date": "2020-04-26", "Text": "", "text": "x"})
    assert found is not None
    assert (found.date, found.body, found.extra) == (datetime(2020, 4, 26, tzinfo=UTC), "x", {})


@pytest.mark.parametrize("fuller", ["full_text", "content", "articleBody"])
def test_the_whole_text_is_the_body_where_another_key_has_a_teaser(fuller: str) -> None:
    [found], warnings = told({"title": "T", "text": "A ferry.", fuller: LONG})
    assert found is not None
    assert (found.body, found.extra, warnings) == (LONG, {"text": "A ferry."}, [])
    [found], _ = told({"title": "T", "text": LONG, fuller: LONG + LONG})
    assert found is not None
    assert (found.body, found.extra) == (LONG, {fuller: LONG + LONG})


def test_a_date_inside_an_object() -> None:
    [found, other], warnings = told(
        {"text": "x", "date": {"published": "2021-03-07", "zone": "local"}},
        {"text": "x", "date": {"a": "2021-03-07", "b": "2021-03-08"}},
    )
    assert found is not None
    assert found.date == datetime(2021, 3, 7, tzinfo=UTC)
    assert found.extra == {"date": '{"zone":"local"}'}
    assert other is not None
    assert other.date is None
    assert [warning.kind for warning in warnings] == ["dates"]


@pytest.mark.parametrize(
    "keys",
    [
        "titel inhalt datum autor",
        "titre texte date auteur",
        "titulo texto fecha autor",
        "titolo testo data autore",
        "заголовок текст дата автор",
        "başlık metin tarih yazar",
        "Título Conteúdo data autor",
        "tytuł treść data autor",
    ],
)
def test_usual_names_in_other_languages(keys: str) -> None:
    [found], warnings = told(dict(zip(keys.split(), ("A", "x", "2021-03-07", "Ann Lee"), strict=True)))
    assert found is not None
    assert (found.title, found.body, found.authors, found.extra, warnings) == ("A", "x", ("Ann Lee",), {}, [])
    assert found.date == datetime(2021, 3, 7, tzinfo=UTC)
