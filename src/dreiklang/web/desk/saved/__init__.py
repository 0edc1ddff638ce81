"""Views that people save: their pages, the form they are made with, their table, their export."""
