"""Fills a journey's desk: the fixed cast with passwords, a category, one mailbox. Run as a process of its own."""

from __future__ import annotations

import sys

import django


def main() -> None:
    """Make everything by commands where there is one."""
    django.setup()
    from tests.cast import make_cast
    from tests.dovecot import PASSWORD as IMAP_PASSWORD
    from tests.journeys.served import MAILBOX, PASSWORD

    from dreiklang.accounts.commands.passwords import set_password
    from dreiklang.calendars.commands import add_standard
    from dreiklang.channels.mail.settings.commands import make_mailbox
    from dreiklang.console import cluster
    from dreiklang.kernel.permissions import system

    imap_port, smtp_port = (int(word) for word in sys.argv[1:3])
    setup = system("test")
    with cluster.ensure_running():
        add_standard(actor=setup)
        cast = make_cast()
        for person in cast.persons.values():
            assert person.account is not None
            set_password(person.account, PASSWORD, actor=setup)
        make_mailbox(
            MAILBOX, actor=setup, name="Haus-IT", team=cast.teams["desk"], is_catch_all=True, fetch="imap",
            imap_host="127.0.0.1", imap_port=imap_port, imap_tls="none", imap_username=MAILBOX,
            imap_password=IMAP_PASSWORD, smtp_host="127.0.0.1", smtp_port=smtp_port, smtp_tls="none",
            authserv_id="mx.haus.example", takes_old_mail=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
