"""Talks to an OpenSearch cluster: requests as JSON, answers as parsed JSON, and one clear error for
each thing that can go wrong.

No error, repr or log has credentials.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlencode

import orjson

from searchkit.connection import Connection
from searchkit.engines.opensearch.backoff import Backoff
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.refusals import (
    BUSY_STATUSES,
    RequestRefused,
    Unanswered,
    explain_refusal,
    is_unavailable,
    lacks_manager,
)
from searchkit.errors import EngineUnavailable, OptionError, StorageError

if TYPE_CHECKING:
    from searchkit.engines.opensearch.transport import Transport

__all__ = ["Cluster", "Connection", "RequestRefused", "Unanswered", "explain_refusal"]

OLDEST_VERSION = (2, 4)
"""The first version of OpenSearch with points in time."""
MAX_TIMEOUT = 24 * 60 * 60
"""In seconds. What the system can wait for has an end, too."""
_REPEATABLE_METHODS = frozenset(("GET", "HEAD", "PUT", "DELETE"))
"""Those that change nothing more when they are sent twice (RFC 9110, section 9.2.2)."""
_WITHOUT_JSON = (401, 403, 413)
"""What OpenSearch's security, or its HTTP server, answers without JSON."""
_HEALTH_PATH = "/_cluster/health"
_HEALTH_SECONDS = 2.0
"""How long the cluster may take to say which shards are missing, beside a request that failed."""
_SHOWN = 100
"""How many characters are shown of an answer that is not understood."""
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LOOPBACK = re.compile(r"http://(localhost|[^:]*\.localhost|127(\.\d{1,3}){3}|\[::1\]):\d+", re.ASCII | re.IGNORECASE)


class Cluster:
    """Sends requests to the cluster of a place. Threads can share it."""

    def __init__(self, place: Place, options: Connection | None = None) -> None:
        """Connects when the first request is sent.

        Raises EngineUnavailable without the package opensearch-py, and OptionError for options that
        do not go together, for credentials that would go over a network in plain text, and for a
        `ca_file` that cannot be read.
        """
        self.place = place
        options = Connection() if options is None else options
        if not isinstance(options, Connection):  # what it is instead may have a password
            raise OptionError(
                f"connection must be a searchkit.Connection; found a value of the type {type(options).__name__}"
            )
        self._transport = _open_transport(place, options)
        self._is_opensearch = False
        self._patience = threading.local()

    def __repr__(self) -> str:
        return f"<Cluster of {self.place.text}>"

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
        idempotent: bool | None = None,
        retry: bool = True,
    ) -> Any:
        """Send a request, and return its answer, parsed; of HEAD, whether there is something.

        `path` is quoted already. `body` is bytes, which are sent as they are, or what orjson makes
        JSON of. `timeout` is in seconds; None means that of the Connection.

        A host that cannot be reached is left for another. If the answer was lost, a request that is
        `idempotent` is sent again. None means that its method is: POST is not, even of a search.

        With `retry` such a request is sent again, too, while the cluster refuses it only for now
        (see `refusals.is_transient`), until the timeout is over, or the time that `retrying` gives.

        Raises RequestRefused for an answer with a status of 400 or more, Unanswered where none
        came, StorageError for a cluster that does not answer as OpenSearch does, and
        EngineUnavailable for another program, or a version that is too old.
        """
        backoff = self.begin_retries(timeout)
        if params:
            path = f"{path}?{urlencode({name: _to_text(value) for name, value in params.items()})}"
        data = body if body is None or isinstance(body, bytes) else _to_json(body)
        is_repeatable = method in _REPEATABLE_METHODS if idempotent is None else idempotent
        while True:
            try:
                if not self._is_opensearch:
                    self._check_version()
                    self._is_opensearch = True
                return self._send(method, path, data, timeout, is_repeatable=is_repeatable)
            except (RequestRefused, Unanswered) as error:
                if not (retry and is_repeatable and self.may_pass(error) and backoff.wait()):
                    raise

    @contextmanager
    def retrying(self, seconds: float) -> Iterator[None]:
        """Let the requests of this thread wait for so long until the cluster is there again: also
        where no host answers, or shards are missing."""
        before = self._seconds_given
        self._patience.seconds = seconds
        try:
            yield
        finally:
            self._patience.seconds = before

    def begin_retries(self, timeout: float | None = None) -> Backoff:
        """How long this thread sends a request again, from now on."""
        return Backoff(self._seconds_given or timeout or self.timeout)

    def may_pass(self, error: RequestRefused | Unanswered) -> bool:
        """Whether this thread should send again what failed so."""
        is_outage = isinstance(error, Unanswered) or error.is_red
        return error.is_transient or (is_outage and self._seconds_given is not None)

    @property
    def _seconds_given(self) -> float | None:
        """See `retrying`; None outside of it."""
        return getattr(self._patience, "seconds", None)

    @property
    def timeout(self) -> float:
        """How many seconds a request may take."""
        return self._transport.timeout

    @property
    def own_timeout(self) -> str:
        """How long the cluster itself may wait for shards, or for a cluster manager, so that its
        answer comes before the timeout: a parameter of some requests."""
        return f"{int(self.timeout * 500)}ms"

    def close(self) -> None:
        """Close the connections. A request afterwards opens new ones."""
        self._transport.close()

    def _send(self, method: str, path: str, body: bytes | None, timeout: float | None, *, is_repeatable: bool) -> Any:
        """Send a request, to another host if one fails, and parse the answer."""
        from searchkit.engines.opensearch.transport import Refused, Unreached  # late: 150 ms at the start of all else

        hosts = len(self.place.hosts)
        attempts_left = hosts
        while True:
            try:
                answer = self._transport.send(method, path, body, timeout)
                return answer if isinstance(answer, bool) else self._parse(method, path, answer)
            except (Refused, Unreached) as error:
                failure = error
            # Errors are raised here, and not from `failure`: the variables of the functions in its
            # traceback hold the credentials.
            if isinstance(failure, Refused):
                self._refuse(method, path, failure.status, failure.content_type, failure.answer)
            if failure.was_late:
                # A host that has not said yet that it is OpenSearch is not asked for more.
                if self._is_opensearch and (outage := self._explain_outage(method, path, 503, None)):
                    raise outage  # it waited in vain
                attempts_left = min(attempts_left, hosts - 1, 1)  # what is slow at one host may be slow at all
            if failure.is_final or (failure.was_sent and not is_repeatable) or attempts_left <= 0:
                kind = StorageError if failure.is_final else Unanswered
                raise kind(f"{self.place.text} cannot be reached: {failure}")
            attempts_left -= 1

    def _parse(self, method: str, path: str, answer: bytes) -> Any:
        """The content of an answer. Raises StorageError for one that is no JSON."""
        try:
            return orjson.loads(answer) if answer else None
        except orjson.JSONDecodeError:
            pass
        raise StorageError(f"{self.place.text} answered {method} {path} with {_describe_answer(answer)}")

    def _refuse(self, method: str, path: str, status: int, content_type: str, answer: bytes) -> NoReturn:
        """Raise the error for an answer whose status is not one of success."""
        asked = _asked(method, path)
        found: Any = None
        if "json" in content_type:
            try:
                found = orjson.loads(answer)
            except orjson.JSONDecodeError:
                found = None
        if not isinstance(found, dict) and status not in _WITHOUT_JSON:
            message = f"{self.place.text} answered {asked} with the status {status} and {_describe_answer(answer)}"
            raise Unanswered(message, is_transient=True) if status in BUSY_STATUSES else StorageError(message)
        raise self.explain(method, path, status, found.get("error", found) if isinstance(found, dict) else None)

    def explain(self, method: str, path: str, status: int, error: object) -> RequestRefused:
        """The error for a request, or a part of one, that was refused: see `explain_refusal`. Where
        shards are missing, the cluster is asked which."""
        refused = explain_refusal(self.place, _asked(method, path), status, error)
        return (is_unavailable(refused) and self._explain_outage(method, path, status, error)) or refused

    def _explain_outage(self, method: str, path: str, status: int, error: object) -> RequestRefused | None:
        """The error for a request that needs shards which are missing, of the indices in its path,
        or a cluster manager; None where it is not known that they are."""
        if path.startswith(_HEALTH_PATH):
            return None
        names = path.split("/")[1]
        name = quote(self.place.name)  # alone, it is an alias; another archive's may begin with it
        target = names if names and not names.startswith("_") else f"{name},{name}-searchkit-*"
        asked = _asked(method, path)
        try:
            params = {"level": "indices", "timeout": "1s", "cluster_manager_timeout": "1s"}
            health = self.request("GET", f"{_HEALTH_PATH}/{target}", params=params, timeout=_HEALTH_SECONDS, retry=False)
        except RequestRefused as no_health:
            return explain_refusal(self.place, asked, 503, no_health.error) if lacks_manager(no_health) else None
        except StorageError:
            return None
        red = {name: index for name, index in health.get("indices", {}).items() if index["status"] == "red"}
        if not red:
            return None
        found = [
            f"the health of {name} is {index['status']}, {index['active_primary_shards']} of {index['number_of_shards']}"
            " shards are there"
            for name, index in red.items()
        ]
        refused = explain_refusal(self.place, asked, status, error, "; ".join(found))
        is_recovering = health["number_of_in_flight_fetch"] or any(index["initializing_shards"] for index in red.values())
        refused.is_red = not is_recovering
        return refused

    def _check_version(self) -> None:
        """Raise EngineUnavailable for a program that is no OpenSearch, or too old."""
        try:
            found = self._send("GET", "/", None, None, is_repeatable=True)
        except RequestRefused as error:
            if error.status == 403:  # the user may be permitted to use the archive all the same
                return
            raise
        version = found.get("version") if isinstance(found, dict) else None
        number = str(version.get("number")) if isinstance(version, dict) else ""
        digits = re.match(r"(\d+)\.(\d+)", number)
        is_opensearch = isinstance(version, dict) and version.get("distribution") == "opensearch"
        if is_opensearch and digits and (int(digits[1]), int(digits[2])) >= OLDEST_VERSION:
            return
        name = "OpenSearch" if is_opensearch else "Elasticsearch, or an imitation of it," if number else ""
        what = f"{name} {number}".strip() if name else f"what is no OpenSearch: {str(found)[:_SHOWN]}"
        oldest = ".".join(map(str, OLDEST_VERSION))
        raise EngineUnavailable(f"at {self.place.text} is {what}; expected OpenSearch {oldest} or newer")


def _open_transport(place: Place, options: Connection) -> Transport:
    """The transport for a place. Raises OptionError and EngineUnavailable.

    What can fail is done before the header is made, and in functions that have no variables with
    credentials: tools show the variables of a traceback.
    """
    fault = _find_fault(place, options)
    if fault:
        raise OptionError(fault)
    try:
        from searchkit.engines.opensearch.transport import Transport, trusting  # late: 150 ms at the start of all else
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "opensearchpy":
            raise
        raise EngineUnavailable(
            "opensearch:// places need the package opensearch-py; install it with: pip install 'searchkit[opensearch]'"
        ) from error
    try:
        tls = trusting(options.ca_file) if place.is_encrypted else None
    except OSError as error:
        raise OptionError(
            f"the ca_file {options.ca_file} cannot be read ({error.strerror or error}); expected certificates in PEM"
        ) from error
    return Transport(place.hosts, _make_headers(options), tls, options.timeout)


def _find_fault(place: Place, options: Connection) -> str:
    """What is wrong with the options of a connection, without the credentials; "" for nothing."""
    user, password, api_key = options.user, options.password, options.api_key
    for name, value in (("user", user), ("password", password), ("api_key", api_key)):
        if value is not None and not isinstance(value, str):
            return f"{name} must be a text; found a value of the type {type(value).__name__}"
        if value is not None and _SURROGATES.search(value):
            return f"{name} must be of characters that UTF-8 has; found half of a surrogate pair"
    if api_key is not None and (user is not None or password is not None):
        return "there are a user and an API key; expected one of them: api_key alone, or user and password"
    if api_key is None and (user is not None or password is not None) and (not user or not password):
        return f"user and password go together; found only the {'user' if user else 'password'}"
    has_credentials = api_key is not None or user is not None
    if has_credentials and not place.is_encrypted and not all(_LOOPBACK.fullmatch(host) for host in place.hosts):
        return (
            f"credentials would go to {place.text} in plain text, where others can read them; TLS is spoken to places"
            f" that begin with opensearchs://: opensearchs://{place.text.partition('://')[2]}"
        )
    if user is not None and ":" in user:
        return "a user's name must be without a colon, which ends it in what is sent (RFC 7617)"
    if api_key is not None and not re.fullmatch(r"[\x21-\x7e]+", api_key):
        return "an api_key must be of visible ASCII characters, without blanks"
    if options.ca_file is not None and not place.is_encrypted:
        return f"a ca_file is for TLS, which {place.text} is without; such a place begins with opensearchs://"
    if not isinstance(options.timeout, int | float) or not 0 < options.timeout <= MAX_TIMEOUT:
        return f"timeout must be a number of seconds above 0, and no more than {MAX_TIMEOUT:,}; found {options.timeout!r}"
    return ""


def _make_headers(options: Connection) -> dict[str, str]:
    """The header with the credentials, which are checked already."""
    if options.api_key is not None:
        return {"authorization": f"ApiKey {options.api_key}"}
    if options.user is None:
        return {}
    credentials = f"{options.user}:{options.password}".encode()
    return {"authorization": f"Basic {base64.b64encode(credentials).decode('ascii')}"}


def _asked(method: str, path: str) -> str:
    """A request in a message."""
    return f"{method} {path.partition('?')[0]}"


def _describe_answer(answer: bytes) -> str:
    """What an answer holds that is no JSON of OpenSearch, and where it may come from."""
    text = " ".join(_TAGS.sub(" ", answer[:2000].decode("utf-8", "replace")).split())
    shown = f": {text[:_SHOWN]!r}" if text else ", which is empty"
    return f"what is no JSON{shown}. A proxy before it may have failed, or the answer was cut"


def _to_json(body: object) -> bytes:
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # half of a surrogate pair, which JSON can escape
        return json.dumps(body, separators=(",", ":")).encode("ascii")


def _to_text(value: object) -> str:
    """A parameter as OpenSearch reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
