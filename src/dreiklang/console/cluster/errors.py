"""What can be wrong with the embedded database, in words for the operator."""

from __future__ import annotations


class ClusterUnavailable(Exception):
    """The database cannot be had now; the message is one plain line. Commands end with exit code 69."""
