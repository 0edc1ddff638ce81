"""Decisions and sums: words of a text, how well a text answers, what a word means in the other language. Pure."""
