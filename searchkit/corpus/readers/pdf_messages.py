"""How `pdf_process` and `pdf_worker` talk: a file is sent as its descriptor, and each message as
its length and JSON."""

from __future__ import annotations

import json
import socket
from typing import Any, TypeAlias

Message: TypeAlias = dict[str, Any]
MAX_MESSAGE_LENGTH = 2**28
"""Maximum length of a message in bytes."""
_LENGTH = 4


def send(connection: socket.socket, message: Message) -> None:
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    connection.sendall(len(data).to_bytes(_LENGTH, "big") + data)


def receive(connection: socket.socket) -> Message | None:
    """The next message; None if the connection has ended, or what was sent is no message."""
    length = int.from_bytes(_receive_exactly(connection, _LENGTH), "big")
    if not 0 < length <= MAX_MESSAGE_LENGTH:
        return None
    data = _receive_exactly(connection, length)
    if len(data) < length:
        return None
    found = json.loads(data)
    return found if isinstance(found, dict) else None


def send_file(connection: socket.socket, descriptor: int) -> None:
    socket.send_fds(connection, [b"f"], [descriptor])


def receive_file(connection: socket.socket) -> int:
    """The descriptor of the next file; -1 if the connection has ended."""
    data, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
    return descriptors[0] if data and descriptors else -1


def _receive_exactly(connection: socket.socket, length: int) -> bytes:
    parts = []
    while length > 0 and (part := connection.recv(min(length, 2**20))):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
