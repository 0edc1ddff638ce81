"""The one door through which the desk calls out: mail servers, web hooks, directories, pictures.

A host is resolved once, every address it has is judged, and the connection goes to an address that was judged (P35):
no rebinding between check and use. Private, loopback, link-local and other special addresses are refused unless an
administrator listed them. Redirects are followed by the caller, through this door again.
"""

from dreiklang.kernel.outgoing.asking import Reply, ask, checked_address
from dreiklang.kernel.outgoing.commands import allow_target, disallow_target
from dreiklang.kernel.outgoing.connecting import ForbiddenTarget, open_socket, resolve

__all__ = [
    "ForbiddenTarget",
    "Reply",
    "allow_target",
    "ask",
    "checked_address",
    "disallow_target",
    "open_socket",
    "resolve",
]
