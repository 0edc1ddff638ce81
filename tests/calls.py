"""What a server under test hears of a call by HTTP."""

from __future__ import annotations

import re
import socket


def whole_call(talk: socket.socket) -> bytes:
    """Head and body of a call: who closes on half a body resets the line, and the answer may be lost with it."""
    heard = b""
    while True:
        part = talk.recv(65_536)
        heard += part
        head, sign, body = heard.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if not part or (sign and len(body) >= int(length[1] if length else 0)):
            return heard
