"""Reads the places of archives in OpenSearch clusters: `opensearch://host:9200/news`."""

from __future__ import annotations

import re

from searchkit.errors import OptionError
from searchkit.frozen import frozen

EXAMPLE = "opensearch://localhost:9200/news"
DEFAULT_PORT = 9200
MAX_NAME_BYTES = 255 - len("-searchkit-articles-000000001-undated")
"""OpenSearch allows 255 bytes for the name of an index. Our indexes add to the archive's name."""
_FORBIDDEN = '\\/*?"<>| ,#:@'
"""What a name must not hold: what OpenSearch forbids, and the @ of credentials."""
_OWN = "-searchkit-"
"""What stands between the name of an archive and the rest of the names of its indexes."""
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)


@frozen
class Place:
    """Where an archive is: the `hosts` of the cluster, such as ("http://localhost:9200",), and the
    `name` of the archive there, which is an alias. `text` is the place as it was typed."""

    hosts: tuple[str, ...]
    name: str
    text: str

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken to the hosts."""
        return self.hosts[0].startswith("https:")


def parse_place(text: str) -> Place:
    """Read a place: `opensearch://HOST:PORT/NAME`, or `opensearchs://` for TLS. There may be
    several hosts, joined by commas. The port is 9200 where none is given; an IPv6 address stands in
    brackets.

    Raises OptionError where there is no host or no name, for a name that OpenSearch does not allow
    or that may be one of another archive's indexes, and for a place with credentials.
    """
    text = text.strip()
    scheme, _, rest = text.partition("://")
    scheme = scheme.lower()
    if "@" in rest:  # first of all: no message below may show a password
        raise OptionError(
            f"a place must not hold a user or a password; expected one such as {EXAMPLE}. The user and the password are"
            " settings: SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD in the environment, or in Python"
            " searchkit.open(place, connection=searchkit.Connection(user=..., password=...))"
        )
    hosts, _, name = rest.partition("/")
    if not hosts:
        raise OptionError(f"{text} has no host; expected a place such as {scheme}://localhost:9200/{name or 'news'}")
    protocol = "https" if scheme.endswith("s") else "http"
    addresses = tuple(f"{protocol}://{_parse_host(host, text)}" for host in hosts.split(","))
    name = name.removesuffix("/")
    if not name:
        raise OptionError(f"{text} has no name of an archive; write one behind the host, such as {scheme}://{hosts}/news")
    fault = _find_fault(name)
    if fault:
        owner = f"{name}-".partition(_OWN)[0]
        advice = "a name such as news can be used" if owner == f"{name}-" else f"the archive is named {owner}"
        raise OptionError(f"{text}: an archive cannot be named {name!r}, because {fault}; {advice}")
    return Place(addresses, name, text)


def _parse_host(text: str, place: str) -> str:
    """A host with its port. Raises OptionError."""
    found = _HOST.fullmatch(text)
    if found is None:
        raise OptionError(
            f"{place}: {text!r} is no host with a port; expected one such as localhost:9200 or [::1]:9200, and commas"
            " between several"
        )
    port = int(found["port"] or DEFAULT_PORT)
    if not 1 <= port <= 65535:
        raise OptionError(f"{place}: a port is a number from 1 to 65535; found {port}")
    return f"{found['host']}:{port}"


def _find_fault(name: str) -> str:
    """Why an archive cannot have a name, which OpenSearch must allow for an index; "" if it can."""
    if name in (".", ".."):
        return 'it must not be "." or ".."'
    if name[0] in "-_+":
        return f"it must not begin with {name[0]}"
    forbidden = [character for character in name if character in _FORBIDDEN or not character.isprintable()]
    if forbidden:
        return f"it must not hold {forbidden[0]!r}"
    if name != name.lower():
        return "it must be in lower case"
    if _OWN in f"{name}-":  # its template, or an index of it, may be one of another archive's
        return f"it must not hold or end with {_OWN.removesuffix('-')}, which begins what belongs to an archive"
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        return f"it must have no more than {MAX_NAME_BYTES} bytes"
    return ""
