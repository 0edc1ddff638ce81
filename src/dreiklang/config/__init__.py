"""Wiring: settings, addresses, the entrances for web and live servers. Knows everybody, known by nobody."""
