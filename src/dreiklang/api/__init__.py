"""The REST API: the same commands as the screens, for programs."""
