"""Live news for browsers: one process, one LISTEN, one event stream a browser; ids only, and only permitted ones."""
