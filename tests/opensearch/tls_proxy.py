"""A proxy before a real node that speaks TLS and asks for credentials, as OpenSearch's security
plugin does. (The node of the tests has no such plugin.)"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import trustme
import urllib3

USER, PASSWORD = "ann", "s3cret: ünd €"
API_KEY = "VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw=="
READER, READERS_PASSWORD = "reader", "r3ad"
"""A user who may search, and do nothing else."""
ACCEPTED = {
    f"Basic {base64.b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}": USER,
    f"Basic {base64.b64encode(f'{READER}:{READERS_PASSWORD}'.encode()).decode()}": READER,
    f"ApiKey {API_KEY}": "key",
}


class TlsProxy:
    """Listens on a free port of the loopback interface with a certificate, until the block ends."""

    def __init__(self, node: str, certificate: trustme.LeafCert) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self._nodes = urllib3.PoolManager()
        self._server = _Server(node, context, self._nodes)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._nodes.clear()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, node: str, context: ssl.SSLContext, nodes: urllib3.PoolManager) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.node, self.context, self.nodes = node, context, nodes

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        # The handshake is left to the thread of the connection.
        return self.context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that trusts no certificate is no fault of the proxy."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        user = ACCEPTED.get(self.headers.get("authorization", ""))
        if user is None:
            self._answer(401, "text/plain", b"Unauthorized")
        elif user == READER and self.path != "/" and "_search" not in self.path:
            reason = (
                f"no permissions for [indices:admin/create] and User [name={user}, backend_roles=[], requestedTenant=null]"
            )
            error = {"type": "security_exception", "reason": reason}
            content = {"error": {"root_cause": [error], **error}, "status": 403}
            self._answer(403, "application/json; charset=UTF-8", json.dumps(content).encode())
        else:
            headers = {"content-type": self.headers.get("content-type", "application/json")}
            found = self.server.nodes.request(self.command, self.server.node + self.path, body=body or None, headers=headers)
            self._answer(found.status, found.headers.get("content-type", ""), found.data)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="OpenSearch Security"')
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing is printed."""
