"""A real Dovecot for tests: own folder, own port on loopback, ended by its pid."""

from __future__ import annotations

import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imapclient import IMAPClient

PASSWORD = "loopback-only"

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Taken {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class Dovecot:
    """A running server."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def client(self, user: str) -> IMAPClient:
        """A session of one's own, for putting mails in and for checking."""
        client = IMAPClient("127.0.0.1", port=self.port, ssl=False, timeout=20)
        client.login(user, PASSWORD)
        return client

    def put(self, user: str, mails: list[bytes]) -> None:
        """Lay mails into a mailbox."""
        with self.client(user) as client:
            for raw in mails:
                client.append("INBOX", raw)

    def unseen(self, user: str, folder: str = "INBOX") -> int:
        """How many mails of a folder are not marked as read."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            return len(client.search("UNSEEN"))

    def all(self, user: str, folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with self.client(user) as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_BY_TOKEN = """
auth_mechanisms = plain xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
}}
"""
_ISSUER = """
introspection_mode = post
introspection_url = {issuer}
username_attribute = username
active_attribute = active
active_value = true
"""


@contextmanager
def running(issuer: str = "") -> Iterator[Dovecot]:
    """Dovecot for the length of a block. Fails, never skips, where it is not installed.

    ``issuer``: where it asks whether a token holds; then it lets in by token, too.
    """
    binary = shutil.which("dovecot") or "/usr/sbin/dovecot"
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    user, group = ("nobody", "nogroup") if is_root else (getpass.getuser(), str(os.getegid()))
    (folder / "mail").mkdir()
    if is_root:
        shutil.chown(folder / "mail", user, group)
    port = free_port()
    config = folder / "dovecot.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder,
            port=port,
            password=PASSWORD,
            user=user,
            group=group,
            internal="dovecot" if is_root else user,
            internal_group="dovecot" if is_root else grp.getgrgid(os.getegid()).gr_name,
            login="dovenull" if is_root else user,
        )
    )
    if issuer:
        (folder / "tokens.conf").write_text(_ISSUER.format(issuer=issuer))
        config.write_text(_BY_TOKEN.format(folder=folder) + config.read_text())
    process = subprocess.Popen([binary, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        _await(port, process)
        yield Dovecot(folder, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(200):
        if process.poll() is not None:
            assert process.stderr is not None
            raise AssertionError(f"dovecot ended: {process.stderr.read().decode()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("dovecot does not listen")
