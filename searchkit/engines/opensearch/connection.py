"""Talks to an OpenSearch cluster: requests as JSON, answers as parsed JSON, and one error for each
thing that can go wrong.

This is the only module that imports opensearch-py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import urlencode

import orjson

from searchkit.engines.opensearch.place import Place
from searchkit.errors import EngineUnavailable, StorageError

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

MISSING_PACKAGE = 'opensearch:// places need the package opensearch-py; install it with: pip install "searchkit[opensearch]"'
_SAFE_METHODS = frozenset(("GET", "HEAD", "PUT", "DELETE"))
"""Methods that change nothing more when a request is sent twice (RFC 9110, section 9.2.2)."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How to connect to a cluster."""

    user: str | None = None
    password: str | None = None
    api_key: str | None = None
    ca_file: str | None = None
    timeout: float = 30.0

    def __repr__(self) -> str:
        """Without the credentials."""
        hidden = {"password", "api_key"}
        shown = [
            f"{name}={'...' if name in hidden and value is not None else repr(value)}"
            for name, value in (
                ("user", self.user),
                ("password", self.password),
                ("api_key", self.api_key),
                ("ca_file", self.ca_file),
                ("timeout", self.timeout),
            )
        ]
        return f"Connection({', '.join(shown)})"


class RequestRefused(StorageError):
    """The cluster refused a request.

    `status` is that of HTTP, `kind` the type of the error's root cause, such as
    "index_not_found_exception", and `reason` its text.
    """

    def __init__(self, message: str, status: int, kind: str, reason: str) -> None:
        self.status, self.kind, self.reason = status, kind, reason
        super().__init__(message)


class Cluster:
    """Sends requests to the cluster of a place. Threads can share it."""

    def __init__(self, place: Place, options: Connection = Connection()) -> None:  # noqa: B008
        """Connects with the first request. Raises EngineUnavailable without opensearch-py."""
        self.place, self.options = place, options
        try:
            import opensearchpy  # late: 150 ms at the start of everything else
        except ImportError as error:
            raise EngineUnavailable(MISSING_PACKAGE) from error
        self._errors = opensearchpy.exceptions
        hosts = [_host_options(host) for host in place.hosts]
        self._transport = opensearchpy.Transport(
            hosts,
            serializer=cast(Any, _Json()),
            timeout=options.timeout,
            pool_maxsize=16,
            max_retries=0,
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, object] | None = None,
        body: object = None,
        timeout: float | None = None,
        idempotent: bool | None = None,
    ) -> Any:
        """Send a request and return its answer, parsed; of HEAD, whether the status is 200.

        `path` is quoted already. `body` is bytes, which are sent as they are, or what becomes JSON.
        `timeout` is in seconds. A request that is `idempotent` is sent again where the answer was
        lost; None means that its method is (POST is not).

        Raises RequestRefused for an answer with a status of 400 or more, and StorageError.
        """
        if params:
            path = f"{path}?{urlencode({name: _to_text(value) for name, value in params.items()})}"
        if body is not None and not isinstance(body, bytes):
            body = orjson.dumps(body)
        try:
            return self._transport.perform_request(method, path, body=body, timeout=timeout or self.options.timeout)
        except self._errors.TransportError as error:
            failure = error
        self._raise(failure, method, path)

    def _raise(self, error: Any, method: str, path: str) -> NoReturn:
        if not isinstance(error.status_code, int):
            raise StorageError(f"{self.place.text} cannot be reached: {error.error}")
        info = error.info if isinstance(error.info, dict) else {}
        found = info.get("error")
        found = found if isinstance(found, dict) else {"reason": str(found or error.error)}
        causes = found.get("root_cause") or [found]
        kind, reason = str(causes[0].get("type", "")), str(causes[0].get("reason", ""))
        message = f"{self.place.text} refused {method} {path}: {reason or kind} ({error.status_code})"
        raise RequestRefused(message, error.status_code, kind, reason)

    def close(self) -> None:
        """Close the connections. A request afterwards opens them again."""
        self._transport.close()


class _Json:
    """Reads and writes JSON for opensearch-py, by orjson. Bytes are ready."""

    mimetype = "application/json"

    def loads(self, text: str) -> Any:
        return orjson.loads(text)

    def dumps(self, data: Any) -> Any:
        return data


def _host_options(host: str) -> dict[str, Any]:
    """What opensearch-py wants to know of a host."""
    scheme, _, address = host.partition("://")
    name, _, port = address.rpartition(":")
    return {"scheme": scheme, "host": name.strip("[]"), "port": int(port)}


def _to_text(value: object) -> str:
    """A parameter as OpenSearch reads it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
