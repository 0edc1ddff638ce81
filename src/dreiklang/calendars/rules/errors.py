"""What can be wrong with a calendar, and with what is asked of it."""


class BadCalendar(ValueError):
    """A calendar that cannot be: an unknown zone or region, a time that no clock shows.

    `path` names the place inside the calendar in the words of its document form, such as `week.mon[0][1]`.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class NeverOpen(ValueError):
    """Working time was asked of a calendar that never opens; nothing can ever become due in it."""


class BeyondHorizon(ValueError):
    """The moment asked about, or the answer, lies outside the years a calendar is worked out for."""
