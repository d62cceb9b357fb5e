"""A host that answers as a test says, and so has every fault that a real one has only now and then.

It closes the connection after each answer, and keeps what was asked.
"""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Self

VERSION = {"name": "a", "cluster_name": "c", "version": {"distribution": "opensearch", "number": "3.2.0"}}
"""What OpenSearch answers to GET /, shortened."""


class Request(NamedTuple):
    """What a client asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class FaultyHost:
    """Listens on a free port of the loopback interface, until the block ends.

    `answer` gives the bytes that are sent for a request, with the line of the status and the
    headers. With b"" the connection is closed, with None it is reset, and after HANG nothing is
    sent until the block ends. GET / is answered as OpenSearch does, unless `knows_version` is
    False, and not kept.
    """

    def __init__(self, answer: Callable[[Request], bytes | None], *, knows_version: bool = True) -> None:
        self.requests: list[Request] = []
        self._answer, self._knows_version = answer, knows_version
        self._is_over = threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._handle(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._is_over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def asked(self) -> list[str]:
        """The methods and paths of the requests."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def _handle(self, connection: socketserver.StreamRequestHandler) -> None:
        line = connection.rfile.readline().decode("latin-1").split()
        if len(line) != 3:  # a handshake of TLS, say
            return
        headers = {}
        while row := connection.rfile.readline().strip().decode("latin-1"):
            name, _, value = row.partition(":")
            headers[name.lower()] = value.strip()
        body = connection.rfile.read(int(headers.get("content-length", 0)))
        request = Request(line[0], line[1], headers, body)
        if request.path == "/" and self._knows_version:
            connection.wfile.write(as_json(VERSION))
            return
        self.requests.append(request)
        answer = self._answer(request)
        if answer == HANG:
            self._is_over.wait()
        elif answer is not None:
            connection.wfile.write(answer)
        else:
            connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.connection.close()


HANG = b"hang"


def as_json(content: object, status: str = "200 OK", *, headers: str = "") -> bytes:
    """An answer with JSON."""
    return as_text(json.dumps(content), status, "application/json; charset=UTF-8", headers=headers)


def as_text(text: str, status: str = "200 OK", content_type: str = "text/html", *, headers: str = "") -> bytes:
    """An answer with a text."""
    body = text.encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n{headers}connection: close\r\n\r\n"
    return head.encode() + body


def free_address() -> str:
    """An address of this machine at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{found.getsockname()[1]}"
