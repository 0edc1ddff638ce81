"""What a fresh desk starts with: one team per level and a catch-all mailbox; senders become requesters."""
