"""Places of archives on clusters, as they are typed."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.opensearch.mapping import article_index
from searchkit.engines.opensearch.place import MAX_NAME_BYTES, Place, parse_place


@pytest.mark.parametrize(
    ("text", "hosts", "name"),
    [
        ("opensearch://localhost:9200/news", ["http://localhost:9200"], "news"),
        ("opensearch://localhost/news", ["http://localhost:9200"], "news"),
        ("opensearch://localhost/news/", ["http://localhost:9200"], "news"),
        ("OpenSearch://Host-1.example/news", ["http://Host-1.example:9200"], "news"),
        ("opensearchs://search.example:443/news", ["https://search.example:443"], "news"),
        ("opensearchs://a,b:9201,c_1/news", ["https://a:9200", "https://b:9201", "https://c_1:9200"], "news"),
        ("opensearch://[::1]:9201,127.0.0.1/n", ["http://[::1]:9201", "http://127.0.0.1:9200"], "n"),
        ("opensearch://[2001:db8::7]/n.2020-04", ["http://[2001:db8::7]:9200"], "n.2020-04"),
        ("opensearch://h/новости_1", ["http://h:9200"], "новости_1"),
        ("opensearch://h/.hidden", ["http://h:9200"], ".hidden"),
        ("opensearch://h/searchkit-a", ["http://h:9200"], "searchkit-a"),
        ("opensearch://h/a-searchkits", ["http://h:9200"], "a-searchkits"),
        (f"opensearch://h/{'n' * MAX_NAME_BYTES}", ["http://h:9200"], "n" * MAX_NAME_BYTES),
    ],
)
def test_place(text: str, hosts: list[str], name: str) -> None:
    place = parse_place(text)
    assert place == Place(tuple(hosts), name, text)
    assert place.is_encrypted == text.lower().startswith("opensearchs:")
    assert pickle.loads(pickle.dumps(place)) == place  # noqa: S301


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("opensearch://", "opensearch:// has no host; expected a place such as opensearch://localhost:9200/news"),
        ("opensearch:///n", "opensearch:///n has no host; expected a place such as opensearch://localhost:9200/n"),
        (
            "opensearch://h:9201",
            "opensearch://h:9201 has no name of an archive; write one behind the host, such as opensearch://h:9201/news",
        ),
        ("opensearchs://h/", "write one behind the host, such as opensearchs://h/news"),
        ("opensearch://h:port/n", "'h:port' is no host with a port; expected one such as localhost:9200 or [::1]:9200"),
        ("opensearch://a,,b/n", "opensearch://a,,b/n: '' is no host with a port"),
        ("opensearch://a, b/n", "' b' is no host with a port"),
        ("opensearch://::1/n", "'::1' is no host with a port; expected one such as localhost:9200 or [::1]:9200"),
        ("opensearch://münchen.example/n", "'münchen.example' is no host with a port"),
        ("opensearch://h:0/n", "opensearch://h:0/n: a port is a number from 1 to 65535; found 0"),
        ("opensearch://h:70000/n", "a port is a number from 1 to 65535; found 70000"),
        ("opensearch://h/News", "an archive cannot be named 'News', because it must be in lower case; a name such as news"),
        ("opensearch://h/-news", "'-news', because it must not begin with -"),
        ("opensearch://h/_all", "'_all', because it must not begin with _"),
        ("opensearch://h/+n", "'+n', because it must not begin with +"),
        ("opensearch://h/.", """'.', because it must not be "." or ".." """.strip()),
        ("opensearch://h/..", """'..', because it must not be "." or ".." """.strip()),
        ("opensearch://h/a/b", "'a/b', because it must not hold '/'"),
        ("opensearch://h/a,b", "'a,b', because it must not hold ','"),
        ("opensearch://h/a b", "'a b', because it must not hold ' '"),
        ("opensearch://h/news*", "'news*', because it must not hold '*'"),
        ("opensearch://h/news?x=1", "'news?x=1', because it must not hold '?'"),
        ("opensearch://h/a#b", "'a#b', because it must not hold '#'"),
        ("opensearch://h/a:b", "'a:b', because it must not hold ':'"),
        ("opensearch://h/a\nb", "'a\\nb', because it must not hold '\\n'"),
        ("opensearch://h/\udcff", "because it must not hold '\\udcff'"),
        (
            "opensearch://h/a-searchkit-articles-x",
            "it must not hold or end with -searchkit, which begins what belongs to an",
        ),
        ("opensearch://h/a-searchkit-state", "it must not hold or end with -searchkit"),
        ("opensearch://h/news-searchkit-articles-000001", "begins what belongs to an archive; the archive is named news"),
        ("OPENSEARCHS://h", "write one behind the host, such as opensearchs://h/news"),
        ("opensearch://h/a-searchkit", "it must not hold or end with -searchkit"),
        (f"opensearch://h/{'ж' * 115}", f"because it must have no more than {MAX_NAME_BYTES} bytes"),
    ],
)
def test_fault_of_a_place(text: str, message: str) -> None:
    with pytest.raises(searchkit.OptionError) as error:
        parse_place(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "opensearch://ann:s3cret@host/news",
        "opensearchs://ann:s3cret@host:9200,b/news",
        "opensearch://ann:s3cret/x@host/news",
        "opensearch://ann:s3cret@",
        "opensearch://host/news?password=s3cret@",
        "opensearch://:s3cret@host",
    ],
)
def test_credentials_do_not_belong_into_a_place(text: str) -> None:
    """The message names where they belong, and does not show them."""
    with pytest.raises(searchkit.OptionError) as error:
        parse_place(text)
    assert str(error.value) == (
        "a place must not hold a user or a password; expected one such as opensearch://localhost:9200/news. The user and"
        " the password are settings: SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD in the environment, or in"
        " Python searchkit.open(place, connection=searchkit.Connection(user=..., password=...))"
    )


@pytest.mark.parametrize("text", [" opensearch://h/news", "opensearch://h/news\n", "\topensearch://h/news/ "])
def test_blanks_around_a_place_are_nothing(text: str) -> None:
    assert parse_place(text) == parse_place(text.strip())
    with pytest.raises(searchkit.OptionError, match="timeout must be"):  # so the engine for clusters is asked
        searchkit.open(text, connection=searchkit.Connection(timeout=0))


@pytest.mark.parametrize("begin", ["opensearch:", "OpenSearchs:"])
@pytest.mark.parametrize("rest", ["/h/news", "h:9200/news", "ann:s3cret@h/news", ""])
def test_a_place_with_half_of_its_scheme_is_no_folder(
    begin: str, rest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(searchkit.OptionError) as error:
        searchkit.open(begin + rest, create=True)
    assert str(error.value) == (
        f"{begin} must be followed by // in a place, such as opensearch://localhost:9200/news; a folder whose name begins"
        f" so is ./{begin}..."
    )
    assert list(tmp_path.iterdir()) == []
    searchkit.open(f"./{begin}", create=True).close()
    searchkit.open(Path(begin)).close()


def test_an_address_of_http_is_no_place() -> None:
    for given, meant in (
        ("http://localhost:9200/news", "opensearch://localhost:9200/news"),
        ("HTTPS://search.example/news", "opensearchs://search.example/news"),
        ("https://ann:s3cret@h/news", "opensearchs://h/news"),
    ):
        with pytest.raises(searchkit.EngineUnavailable) as error:
            searchkit.open(given)
        assert f"an index on a cluster is {meant}, with the port 9200 unless another is given" in str(error.value)


def test_an_index_can_have_the_longest_name() -> None:
    assert max(len(article_index("n" * MAX_NAME_BYTES, 999_999_999, part)) for part in ("", "undated", "2020-04")) == 255
