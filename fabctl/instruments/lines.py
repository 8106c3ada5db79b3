"""Lines out of bytes, with a bound on what is kept of a line that never ends."""

from fabctl.instruments.errors import FrameError


class LineSplitter:
    """Collects bytes and gives whole lines, without their CR and LF; empty ones are dropped."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that are now whole. Raises `FrameError` for noise, which is dropped."""
        self._rest += data
        *whole, self._rest = self._rest.replace(b"\r", b"\n").split(b"\n")
        if len(self._rest) > self._longest:
            self._rest = b""
            raise FrameError(f"more than {self._longest} bytes without an end of line")
        try:
            lines = [line.decode("ascii").strip() for line in whole]
        except UnicodeDecodeError as error:
            raise FrameError(f"a byte 0x{error.object[error.start]:02x} in a line") from error
        return [line for line in lines if line]
