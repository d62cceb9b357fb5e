"""TLS and credentials, through a proxy before a real node."""

from __future__ import annotations

import base64
import copy
import dataclasses
import logging
import pickle
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

import searchkit
from searchkit import Connection
from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.place import parse_place
from tests.opensearch.archives import new_place
from tests.opensearch.tls_proxy import API_KEY, PASSWORD, READER, READERS_PASSWORD, USER, TlsProxy
from tests.plain_environment import plain_environment

SECRETS = (
    PASSWORD,
    repr(PASSWORD)[1:-1],
    API_KEY,
    base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
)
CREDENTIALS = (Connection(user=USER, password=PASSWORD), Connection(api_key=API_KEY))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


@pytest.fixture(scope="module")
def port(authority: trustme.CA, cluster: str) -> Iterator[int]:
    """Of a proxy with a certificate that is as it should be."""
    with TlsProxy(cluster, authority.issue_cert("localhost", "127.0.0.1")) as proxy:
        yield proxy.port


@contextmanager
def connected(place: str, options: Connection | None = None) -> Iterator[Cluster]:
    cluster = Cluster(parse_place(place), options)
    try:
        yield cluster
    finally:
        cluster.close()


def fail(place: str, options: Connection | None = None) -> str:
    """The message of a request to a cluster that cannot be reached, without its beginning."""
    with connected(place, options) as cluster, pytest.raises(searchkit.StorageError) as error:
        cluster.request("GET", "/_cluster/health")
    message = str(error.value)
    assert message.startswith(f"{place} cannot be reached: ")
    return message.removeprefix(f"{place} cannot be reached: ")


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_cluster_behind_tls(host: str, port: int, ca_file: Path, credentials: Connection) -> None:
    for path in (ca_file, str(ca_file)):
        options = dataclasses.replace(credentials, ca_file=path)
        with connected(f"opensearchs://{host}:{port}/news", options) as cluster:
            assert cluster.request("GET", "/")["version"]["distribution"] == "opensearch"
            found = cluster.request("POST", "/_analyze", body={"text": "é", "analyzer": "standard"})
            assert found["tokens"][0]["token"] == "é"


@pytest.mark.parametrize(
    "wrong",
    [
        Connection(),
        Connection(user=USER, password="guessed"),
        Connection(user="nobody", password=PASSWORD),
        Connection(api_key="guessed"),
    ],
)
def test_credentials_that_are_refused(port: int, ca_file: Path, wrong: Connection) -> None:
    place = f"opensearchs://localhost:{port}/news"
    with connected(place, dataclasses.replace(wrong, ca_file=ca_file)) as cluster, pytest.raises(RequestRefused) as refused:
        cluster.request("GET", "/news")
    assert (refused.value.status, str(refused.value)) == (
        401,
        f"{place} does not accept the credentials, or needs some; expected a user and a password, or an API key: the"
        " settings opensearch_user and opensearch_password, or opensearch_api_key",
    )


def test_what_a_user_is_not_permitted(port: int, ca_file: Path) -> None:
    place = f"opensearchs://localhost:{port}/news"
    options = Connection(user=READER, password=READERS_PASSWORD, ca_file=ca_file)
    with connected(place, options) as cluster:
        assert cluster.request("GET", "/_search", params={"size": 0})["timed_out"] is False
        with pytest.raises(RequestRefused) as refused:
            cluster.request("PUT", "/news")
    assert (refused.value.status, refused.value.kind) == (403, "security_exception")
    assert str(refused.value) == (
        f"{place} does not permit PUT /news to this user; it lacks the permission indices:admin/create"
    )


def test_a_certificate_that_is_not_trusted(port: int) -> None:
    message = fail(f"opensearchs://localhost:{port}/news")
    assert message.startswith(f"the certificate of https://localhost:{port} is not trusted (")
    assert message.endswith("; if its authority is your own, name the file of its certificate: opensearch_ca_file")


def test_a_certificate_that_has_expired(authority: trustme.CA, ca_file: Path) -> None:
    old = authority.issue_cert("localhost", not_before=datetime(2020, 1, 1), not_after=datetime.now(UTC) - timedelta(1))
    with TlsProxy("http://127.0.0.1:1", old) as proxy:
        message = fail(f"opensearchs://localhost:{proxy.port}/news", Connection(ca_file=ca_file))
    assert "is not trusted (certificate has expired)" in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_for_another_name(authority: trustme.CA, ca_file: Path, host: str) -> None:
    with TlsProxy("http://127.0.0.1:1", authority.issue_cert("search.example")) as proxy:
        message = fail(f"opensearchs://{host}:{proxy.port}/news", Connection(ca_file=ca_file))
    assert message.startswith(f"the certificate of https://{host}:{proxy.port} is for another name (")
    assert message.endswith("; write the host in the place as the certificate has it")


def test_plain_http_to_a_port_of_tls(port: int) -> None:
    message = fail(f"opensearch://localhost:{port}/news")
    assert message.startswith(f"http://localhost:{port} closed the connection without an answer that can be read (")
    assert message.endswith("; if it speaks TLS, the place begins with opensearchs://")


def test_tls_to_a_port_of_plain_http(cluster: str) -> None:
    address = cluster.removeprefix("http://")
    message = fail(f"opensearchs://{address}/news")
    assert message.startswith(f"https://{address} does not speak TLS as expected (")
    assert message.endswith("; if it speaks plain HTTP, the place begins with opensearch://")


@pytest.mark.parametrize(
    ("content", "why"), [(None, "No such file or directory"), ("folder", "Is a directory"), ("no PEM", ""), ("", "")]
)
def test_a_ca_file_that_cannot_be_read(tmp_path: Path, content: str | None, why: str) -> None:
    path = tmp_path / "ca.pem"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_text(content)
    with pytest.raises(searchkit.OptionError) as error:
        Cluster(parse_place("opensearchs://localhost/news"), Connection(ca_file=path))
    assert str(error.value).startswith(f"the ca_file {path} cannot be read ({why}")
    assert str(error.value).endswith("); expected certificates in PEM")


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize("host", ["search.example", "10.0.0.1", "localhost,b", "127.example", "[2001:db8::1]:9201", "127.1"])
def test_credentials_are_not_sent_in_plain_text(host: str, credentials: Connection) -> None:
    with pytest.raises(searchkit.OptionError) as error:
        Cluster(parse_place(f"opensearch://{host}/news"), credentials)
    assert str(error.value) == (
        f"credentials would go to opensearch://{host}/news in plain text, where others can read them; TLS is spoken to"
        f" places that begin with opensearchs://: opensearchs://{host}/news"
    )
    with pytest.raises(searchkit.OptionError, match=f": {re.escape(f'opensearchs://{host}/news')}$"):
        Cluster(parse_place(f"OPENSEARCH://{host}/news"), credentials)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:9201", "a.localhost,127.0.0.1", "127.8.0.1:1", "[::1]", "[::1]:9201"]
)
def test_credentials_may_be_sent_to_this_machine(host: str) -> None:
    for credentials in CREDENTIALS:
        Cluster(parse_place(f"opensearch://{host}/news"), credentials).close()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            Connection(user="a", password=PASSWORD, api_key=API_KEY),
            "there are a user and an API key; expected one of them: api_key alone, or user and password",
        ),
        (Connection(password=PASSWORD, api_key=API_KEY), "there are a user and an API key; expected one of them"),
        (Connection(user="a"), "user and password go together; found only the user"),
        (Connection(user="a", password=""), "user and password go together; found only the user"),
        (Connection(password=PASSWORD), "user and password go together; found only the password"),
        (Connection(user="a:b", password=PASSWORD), "a user's name must be without a colon, which ends it in what is sent"),
        (Connection(api_key=f"{API_KEY}\r\nx-more: 1"), "an api_key must be of visible ASCII characters, without blanks"),
        (Connection(api_key=""), "an api_key must be of visible ASCII characters, without blanks"),
        (
            Connection(ca_file="ca.pem"),
            "a ca_file is for TLS, which opensearch://localhost/news is without; such a place begins",
        ),
        (Connection(timeout=0), "timeout must be a number of seconds above 0, and no more than 86,400; found 0"),
        (Connection(timeout=-1.5), "timeout must be a number of seconds above 0, and no more than 86,400; found -1.5"),
        (Connection(timeout="5"), "timeout must be a number of seconds above 0, and no more than 86,400; found '5'"),  # type: ignore[arg-type]
        (
            Connection(timeout=float("nan")),
            "timeout must be a number of seconds above 0, and no more than 86,400; found nan",
        ),
        (
            Connection(timeout=float("inf")),
            "timeout must be a number of seconds above 0, and no more than 86,400; found inf",
        ),
        (Connection(timeout=10**400), "timeout must be a number of seconds above 0, and no more than 86,400; found 10000"),
    ],
)
def test_options_that_do_not_go_together(options: Connection, message: str) -> None:
    with pytest.raises(searchkit.OptionError) as error:
        Cluster(parse_place("opensearch://localhost/news"), options)
    assert message in str(error.value)
    assert_hidden(str(error.value), *error.value.args, tell(error.value))


@pytest.mark.parametrize("credentials", CREDENTIALS)
@pytest.mark.parametrize(
    ("place", "wrong", "message"),
    [
        ("opensearch://localhost/news", {"ca_file": "/x"}, "a ca_file is for TLS"),
        ("opensearch://localhost/news", {"timeout": 0}, "timeout must be a number"),
        ("opensearch://search.example/news", {}, "in plain text"),
        ("opensearchs://search.example/news", {"ca_file": "/nowhere/ca.pem"}, "cannot be read"),
        ("opensearchs://search.example/news", {"user": "a:b", "password": PASSWORD, "api_key": None}, "without a colon"),
        ("opensearchs://search.example/news", {"user": "\udcff", "password": PASSWORD, "api_key": None}, "surrogate pair"),
        ("opensearchs://search.example/news", {"user": "ann", "password": PASSWORD.encode(), "api_key": None}, "type bytes"),
    ],
)
def test_a_traceback_of_options_shows_no_credentials(
    credentials: Connection, place: str, wrong: dict[str, Any], message: str
) -> None:
    options = dataclasses.replace(credentials, **wrong)
    with pytest.raises(searchkit.OptionError, match=message) as error:
        searchkit.open(place, connection=options)
    assert_hidden(*map(tell, causes(error.value)))


def test_a_connection_is_no_dictionary() -> None:
    values: list[Any] = [{"user": USER, "password": PASSWORD}, {}, "ann"]
    for found in values:
        with pytest.raises(searchkit.OptionError) as error:
            searchkit.open("opensearch://localhost/news", connection=found)
        message = "connection must be a searchkit.Connection; found a value of the type"
        assert str(error.value) == f"{message} {type(found).__name__}"


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and those that it comes from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def tell(error: BaseException) -> str:
    """The traceback of an error with the variables of each function of ours, as tools show it."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in told.stack if Path(frame.filename).is_relative_to(Path(searchkit.__file__).parent)]
    assert ours
    return "".join(traceback.StackSummary.from_list(ours).format())


@pytest.fixture
def archive(cluster: str, port: int, ca_file: Path) -> Iterator[str]:
    """The place of an archive with an article, behind TLS."""
    with new_place(cluster) as plain:
        place = f"opensearchs://localhost:{port}/{plain.name}"
        options = Connection(api_key=API_KEY, ca_file=ca_file)
        with searchkit.open(place, create=True, connection=options, shards=2, replicas=0) as engine:
            engine.add([searchkit.Article("a", "Peace", "The peace talks resumed.")])
        yield place


def run(place: str, *arguments: str, **settings: object) -> tuple[int, str, str]:
    """Run a command, with settings of a connection in its environment."""
    variables = {f"SEARCHKIT_OPENSEARCH_{name.upper()}": str(value) for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", *arguments, "-i", place],
        env=plain_environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_commands_connect_by_settings(archive: str, ca_file: Path) -> None:
    search = ("search", "peace", "--ids")
    assert run(archive, *search, ca_file=ca_file, user=USER, password=PASSWORD) == (0, "a\n", "")
    assert run(archive, *search, ca_file=ca_file, api_key=API_KEY, timeout=20) == (0, "a\n", "")
    assert run(archive, "show", "a", ca_file=ca_file, api_key=API_KEY)[0] == 0
    status, out, err = run(archive, *search, ca_file=ca_file, user=USER, password="guessed")
    assert (status, out) == (2, "")
    assert err.startswith(f"searchkit: {archive} does not accept the credentials, or needs some; expected a user and a ")
    status, out, err = run(archive, *search, user=USER, password=PASSWORD)
    assert (status, out, "is not trusted" in err) == (2, "", True)
    assert_hidden(err)


def assert_hidden(*texts: str) -> None:
    for text in texts:
        assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("credentials", CREDENTIALS)
def test_credentials_are_shown_nowhere(
    credentials: Connection, port: int, ca_file: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not in the log of everything, nor in a traceback with the variables of each function."""
    caplog.set_level(logging.DEBUG)
    options = dataclasses.replace(credentials, ca_file=ca_file)
    good, bad, closed = f"localhost:{port}", "no-such-host.invalid", "127.0.0.1:1"
    errors: list[searchkit.StorageError] = []
    for hosts in (good, bad, f"{closed},{closed}"):
        with connected(f"opensearchs://{hosts}/news", options) as cluster:
            texts = [repr(cluster), str(cluster), repr(cluster.place), repr(options), str(options), f"{options}"]
            assert_hidden(*texts)
            try:
                cluster.request("GET", "/no-such-index", body={"not": "json"})
            except searchkit.StorageError as error:
                errors.append(error)
                told = traceback.TracebackException.from_exception(error, capture_locals=True)
                assert_hidden("".join(told.format()), repr(error), repr(vars(error)))
                assert_hidden(*map(repr, pickle.loads(pickle.dumps(error)).args))  # noqa: S301
    assert len(errors) == 3
    assert "no-such-index" in caplog.text
    assert_hidden(caplog.text, *capsys.readouterr())
    assert_hidden(*(repr(vars(record)) for record in caplog.records))


def test_the_repr_of_a_connection() -> None:
    assert repr(Connection()) == "Connection(user=None, password=None, api_key=None, ca_file=None, timeout=30.0)"
    options = Connection("ann", "p", "k", "/etc/ca.pem", 5)
    assert repr(options) == "Connection(user='ann', password='...', api_key='...', ca_file='/etc/ca.pem', timeout=5)"


def test_a_connection_with_credentials_is_copied_and_not_pickled() -> None:
    plain = Connection(user="ann", ca_file="/etc/ca.pem", timeout=5)
    assert pickled(plain) == plain
    for options in (plain, *CREDENTIALS):
        assert copy.copy(options) == options == copy.deepcopy({"of": [options]})["of"][0]
    for options in CREDENTIALS:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="a Connection with credentials is not pickled; make it where it is needed"):
                pickle.dumps(options, protocol)


def pickled(value: Connection) -> Connection:
    found: Connection = pickle.loads(pickle.dumps(value))  # noqa: S301
    return found


def test_a_connection_is_a_record() -> None:
    one, same, other = Connection("a", "b"), Connection("a", "b"), Connection("a", "c")
    assert (one == same, one == other, hash(one) == hash(same)) == (True, False, True)
    found: Any = one
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.password = "x"
    assert [field.name for field in dataclasses.fields(Connection)] == ["user", "password", "api_key", "ca_file", "timeout"]
