"""Carries requests to the hosts of a cluster, by opensearch-py and urllib3.

This is the only module that imports opensearch-py. That takes 150 ms, because each part of it
brings all the others. opensearch-py chooses the host of each request, and leaves alone for a while
those that failed. `Host` replaces its way of speaking to one host, which logs the bodies of
requests, turns headers of the server into warnings of Python, and decodes all answers.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Mapping, Sequence
from http.client import IncompleteRead
from pathlib import Path
from typing import Any, cast

import opensearchpy
import urllib3
from opensearchpy.exceptions import ConnectionError, ConnectionTimeout, TransportError
from urllib3 import exceptions as faults

MAX_CONNECT_SECONDS = 10.0
"""How long a host may take to accept a connection, if the timeout of the request is longer."""
MAX_SOCKETS = 32
"""How many connections to a host are kept open; threads beyond that open one for each request."""
GATEWAY_STATUSES = (502, 504)
"""What a proxy answers whose host is gone. (A 503 comes from OpenSearch itself, more often.)"""
_NAME_FAULTS = (62, 64)
"""X509_V_ERR_HOSTNAME_MISMATCH and X509_V_ERR_IP_ADDRESS_MISMATCH of OpenSSL."""


def trusting(ca_file: str | Path | None) -> ssl.SSLContext:
    """TLS that trusts the authorities in a file, or those of the system. Raises OSError (of which
    ssl.SSLError is one) for a file that cannot be read."""
    return ssl.create_default_context(cafile=ca_file)


class Transport:
    """The hosts of a cluster."""

    def __init__(self, hosts: Sequence[str], headers: dict[str, str], tls: ssl.SSLContext | None, timeout: float) -> None:
        """`hosts` are URLs such as "http://localhost:9200". `headers` go with each request. `tls`
        is for URLs of https."""
        self.timeout = timeout
        self._transport = opensearchpy.Transport(
            [_host_options(host) for host in hosts],
            connection_class=Host,
            serializer=cast(Any, _Bytes()),
            max_retries=0,  # the caller knows which requests can be repeated
            retry_on_timeout=True,  # that is, a host that does not answer is left alone for a while
            retry_on_status=GATEWAY_STATUSES,
            pool_maxsize=MAX_SOCKETS,
            # "accept" keeps opensearch-py from asking the environment for one
            headers={"accept": "application/json", **headers},
            ssl_context=tls,
        )

    def send(self, method: str, path: str, body: bytes | None, timeout: float | None) -> bytes | bool:
        """Send a request once, and return its answer; of HEAD, whether there is one.

        Raises Refused, and Unreached.
        """
        try:
            return cast(
                "bytes | bool",
                self._transport.perform_request(method, path, body=body, timeout=timeout or self.timeout),
            )
        except ConnectionError as error:
            raise _describe(error.error, cast(Exception, error.info), timeout or self.timeout) from None
        except TransportError as error:
            raise Refused(cast(int, error.status_code), error.error, cast(bytes, error.info)) from None

    def close(self) -> None:
        """Close the connections. The next request opens new ones."""
        self._transport.close()


class Refused(Exception):
    """An answer whose `status` is not one of success: its `content_type` and its bytes."""

    def __init__(self, status: int, content_type: str, answer: bytes) -> None:
        self.status, self.content_type, self.answer = status, content_type, answer
        super().__init__(status)


class Unreached(Exception):
    """A request without an answer. The message says why, and what to do.

    `was_sent`: whether the host may have carried it out. `was_late`: whether it took too long.
    `is_final`: whether it would fail again.
    """

    def __init__(self, message: str, *, was_sent: bool, was_late: bool = False, is_final: bool = False) -> None:
        self.was_sent, self.was_late, self.is_final = was_sent, was_late, is_final
        super().__init__(message)


class Host(opensearchpy.Urllib3HttpConnection):
    """A host of a cluster, as opensearch-py's Transport calls it."""

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request. Raises TransportError for a status that is not one of success,
        ConnectionTimeout where the answer is late, and ConnectionError."""
        if self.pool is None:  # it was closed
            self._create_urllib3_pool()
        seconds = timeout or self.timeout
        try:
            answer = self.pool.urlopen(
                method,
                url,
                body,
                headers=self.headers,
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(connect=min(seconds, MAX_CONNECT_SECONDS), read=seconds),
            )
        except faults.ReadTimeoutError as error:
            raise ConnectionTimeout("TIMEOUT", self.host, error) from None
        except faults.HTTPError as error:
            raise ConnectionError("N/A", self.host, error) from None
        if not 200 <= answer.status < 300:
            raise TransportError(answer.status, answer.headers.get("content-type", ""), answer.data)
        return answer.status, {}, answer.data  # without headers: all answers are read as bytes


class _Bytes:
    """What opensearch-py asks to read answers, and to write bodies: bytes stay as they are."""

    mimetype = "application/json"

    def loads(self, data: bytes) -> bytes:
        return data

    def dumps(self, data: bytes) -> bytes:
        return data


def _host_options(host: str) -> dict[str, Any]:
    """What opensearch-py wants to know of a host."""
    scheme, _, address = host.partition("://")
    name, _, port = address.rpartition(":")
    return {"scheme": scheme, "host": name.strip("[]"), "port": int(port)}


def _describe(host: str, fault: Exception, timeout: float) -> Unreached:
    """What a fault of urllib3 means, and what to do."""
    cause = fault.__cause__ or fault.__context__
    if isinstance(fault, faults.NewConnectionError):
        if isinstance(cause, socket.gaierror):
            return Unreached(f"there is no host with the name in {host} ({cause.strerror})", was_sent=False)
        why = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(fault)
        message = f"nothing answers at {host} ({why}); see whether the nodes of the cluster run, and at which addresses"
        return Unreached(message, was_sent=False)
    if isinstance(fault, faults.ConnectTimeoutError):
        waited = min(timeout, MAX_CONNECT_SECONDS)
        return Unreached(f"{host} did not accept a connection within {waited:g} seconds", was_sent=False)
    if isinstance(fault, faults.ReadTimeoutError):
        message = f"{host} did not answer within {timeout:g} seconds; a longer timeout may help (opensearch_timeout)"
        return Unreached(message, was_sent=True, was_late=True)
    if isinstance(fault, faults.SSLError):
        return Unreached(_describe_tls(host, fault), was_sent=False, is_final=True)
    inner = fault
    while inner.args and isinstance(inner.args[-1], Exception):
        inner = inner.args[-1]
    if isinstance(inner, IncompleteRead):
        return Unreached(f"{host} ended its answer before the end", was_sent=True)
    message = f"{host} closed the connection without an answer that can be read ({inner})"
    if host.startswith("http:"):
        message += "; if it speaks TLS, the place begins with opensearchs://"
    return Unreached(message, was_sent=True)


def _describe_tls(host: str, fault: Exception) -> str:
    """What a fault of TLS means, and what to do."""
    inner = fault.args[0] if fault.args else fault
    if isinstance(inner, ssl.SSLCertVerificationError):
        if inner.verify_code in _NAME_FAULTS:
            return (
                f"the certificate of {host} is for another name ({inner.verify_message}); write the host in the place"
                " as the certificate has it"
            )
        return (
            f"the certificate of {host} is not trusted ({inner.verify_message}); if its authority is your own, name"
            " the file of its certificate: opensearch_ca_file"
        )
    reason = getattr(inner, "reason", None) or str(inner)
    return f"{host} does not speak TLS as expected ({reason}); if it speaks plain HTTP, the place begins with opensearch://"
