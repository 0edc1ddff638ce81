"""A room of a later release: its one migration changes a table of today's."""
