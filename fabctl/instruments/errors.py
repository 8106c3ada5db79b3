"""What can be wrong with bytes from a line."""


class FrameError(ValueError):
    """The bytes are no frame of this protocol, or not the one that was asked for."""


class InstrumentError(Exception):
    """The instrument understood and declined: says what it declined and why."""
