"""How to connect to a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Connection:
    """How to connect to a cluster.

    `user` and `password`, or an `api_key`: what the cluster asks for, if it does. They are sent
    over TLS only (`opensearchs://` places), or to this machine. They are shown nowhere, and a
    Connection with them is not pickled.

    `ca_file` is the path of a PEM file with the certificates of the authorities that are trusted;
    None means those of the system. `timeout` is how many seconds a request may take, a day at most;
    for so long, too, it is sent again while the cluster refuses it only for now.
    """

    user: str | None = None
    password: str | None = None
    api_key: str | None = None
    ca_file: str | Path | None = None
    timeout: float = 30.0

    def __repr__(self) -> str:
        """The fields, without the credentials."""
        hidden = {"password": self.password, "api_key": self.api_key}
        secret = {name: value and "..." for name, value in hidden.items()}
        shown = {"user": self.user, **secret, "ca_file": self.ca_file, "timeout": self.timeout}
        return f"Connection({', '.join(f'{name}={value!r}' for name, value in shown.items())})"

    def __copy__(self) -> Self:
        """Itself, which does not change. It does not leave the process."""
        return self

    def __deepcopy__(self, memo: object) -> Self:
        """Itself, too."""
        return self

    def __getstate__(self) -> tuple[object, ...]:
        """What is pickled. Raises TypeError where there are credentials."""
        if self.password is not None or self.api_key is not None:
            raise TypeError("a Connection with credentials is not pickled; make it where it is needed")
        return (self.user, self.password, self.api_key, self.ca_file, self.timeout)
