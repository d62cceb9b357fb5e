"""What goes wrong with a cluster."""

from __future__ import annotations


class ClusterError(Exception):
    """A cluster could not be started, or what was asked of it is not possible."""


class Unavailable(ClusterError):
    """This machine has no JDK or Maven, or OpenSearch could not be fetched."""
