"""The doors through which mail comes in and goes out, as one long-running part: ``run`` until told to stop."""

from dreiklang.channels.doors.running import run

__all__ = ["run"]
