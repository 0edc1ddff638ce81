"""Small pictures that every screen uses alike: badges, priorities, promises, persons, moments. Pure; no database."""
