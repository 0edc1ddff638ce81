"""A fetcher in a process of its own, to be killed: ``python -m tests.fetching DATABASE FILES ADDRESS``."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Fetch what is new in one mailbox, once."""
    database, files, address = sys.argv[1:4]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = database
    settings.FILES_ROOT = Path(files) / "files"
    settings.SECRET_KEY_FILE = Path(files) / "keys" / "secrets.key"
    django.setup()

    from dreiklang.channels.doors.imap import begin_at, fetch_new, signed_in
    from dreiklang.channels.models import Mailbox
    from dreiklang.kernel.permissions import system

    mailbox = Mailbox.objects.get(address=address)
    with signed_in(mailbox) as server:
        begin_at(mailbox, server, server.select_folder(mailbox.imap_folder))
        print(fetch_new(mailbox, server, actor=system("mail")))


if __name__ == "__main__":
    main()
