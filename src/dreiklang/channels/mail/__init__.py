"""The mail door: what comes in by LMTP, IMAP or from a file, and what goes out by SMTP."""
