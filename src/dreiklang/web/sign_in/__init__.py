"""One face of the desk."""
