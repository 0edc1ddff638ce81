"""Every write about organisations and persons, by capability."""
