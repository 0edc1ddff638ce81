"""Django's way to PostgreSQL, with names of savepoints that come again."""
