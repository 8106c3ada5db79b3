"""Cuts a stream of bytes into HSMS frames, holding no more than what really arrived."""


class FrameReader:
    """Takes any chunks, gives whole frames without their length field.

    A length below 10 or above `max_length` breaks the stream for good: `broken` then says why, and
    `broken_header` holds the header of the message that was too long (for S9F11), else b"".
    """

    def __init__(self, max_length: int) -> None:
        self.broken = ""
        self.broken_header = b""
        self._max_length = max_length
        self._rest = bytearray()

    @property
    def partial(self) -> bool:
        """Whether a frame has begun but not ended (T8 runs)."""
        return bool(self._rest)

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are complete with `data`, in order."""
        if self.broken:
            return []
        stream: bytes | bytearray = data
        if self._rest:
            self._rest += data
            stream = self._rest
        elif 14 <= len(data) == int.from_bytes(data[:4], "big") + 4 <= self._max_length + 4:
            return [data[4:]]  # one whole frame, as nearly always
        size = len(stream)
        start = 0
        frames: list[bytes] = []
        while size - start >= 4:
            length = int.from_bytes(stream[start : start + 4], "big")
            end = start + 4 + length
            if not 10 <= length <= self._max_length:
                if length >= 10 and size - start < 14:
                    break  # its header is worth the wait: S9F11 cites it
                self._break(length, bytes(stream[start + 4 : start + 14]))
                break
            if end > size:
                break
            frames.append(bytes(memoryview(stream)[start + 4 : end]))
            start = end
        if stream is self._rest:
            del self._rest[:start]
        elif start < size:
            self._rest += memoryview(data)[start:]
        return frames

    def _break(self, length: int, header: bytes) -> None:
        if length < 10:
            self.broken = f"a message of {length} bytes, shorter than its header"
        else:
            self.broken = f"a message of {length} bytes, more than the {self._max_length} agreed"
            self.broken_header = header
