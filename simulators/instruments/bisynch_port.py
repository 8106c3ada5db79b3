"""The furnace's controller where it is configured for EI-Bisynch.

A message with a bad block check or parity, or for another address, is met with silence.
"""

from collections.abc import Callable, Mapping

from fabctl.instruments.bisynch import (
    ACK,
    EOT,
    NAK,
    Error,
    Request,
    decode_request,
    encode_value,
    encode_word,
    first_request,
)
from fabctl.instruments.errors import FrameError
from fabctl.tools.fields import plain_number
from simulators.instruments.tube_furnace import TubeFurnace


class BisynchPort:
    """The mnemonics of one controller; the target set-point alone can be set."""

    def __init__(self, furnace: TubeFurnace, address: int, decimals: int) -> None:
        self._furnace = furnace
        self._address = address
        self._decimals = decimals
        self._error = Error.NONE
        self._shown: Mapping[str, Callable[[], float]] = {
            "PV": furnace.reading,
            "SL": lambda: furnace.target,
            "SP": lambda: furnace.setpoint,
            "OP": lambda: furnace.power,
        }

    def receive(self, seen: bytes) -> tuple[list[bytes], bytes]:
        """Answer the messages that are whole; returns the replies, and the bytes that are left."""
        replies = []
        message, seen = first_request(seen)
        while message:
            try:
                request = decode_request(message)
            except FrameError:
                self._error = Error.BAD_MESSAGE
            else:
                if request.address == self._address:
                    replies.append(self._answer(request))
            message, seen = first_request(seen)
        return replies, seen

    def spoilt(self, reply: bytes, fault: str) -> bytes:
        """A refusal; a reply does not say whose it is, so it can't be another slave's."""
        return encode_word(EOT) if fault == "nak" else reply

    def _answer(self, request: Request) -> bytes:
        if request.value:
            self._error = self._set(request)
            return encode_word(NAK if self._error else ACK)
        if request.mnemonic == "EE":
            return encode_value("EE", f">{self._error:04X}")
        shown = self._shown.get(request.mnemonic)
        self._error = Error.NONE if shown else Error.BAD_MNEMONIC
        if not shown:
            return encode_word(EOT)
        return encode_value(request.mnemonic, f"{shown():.{self._decimals}f}")

    def _set(self, request: Request) -> Error:
        if request.mnemonic not in self._shown:
            return Error.BAD_MNEMONIC
        if request.mnemonic != "SL":
            return Error.READ_ONLY
        number = plain_number(request.value)
        if number is None:
            return Error.BAD_MESSAGE
        self._furnace.target = float(number)
        return Error.NONE
