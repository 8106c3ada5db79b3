"""Process program management: S7F1 to S7F6, S7F17, S7F19, S7F23 to S7F28."""

from collections.abc import Callable

from fabctl.secs.items import A, B, Item, L
from fabctl.secs.read import as_bytes, as_int, as_list
from fabctl.tools.body import without_noise
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.port import Program
from simulators.gem.outgoing import Handlers
from simulators.gem.program_items import (
    OTHER,
    Fault,
    formatted_item,
    received,
    verification_item,
    verified,
)
from simulators.gem.promises import Promises
from simulators.gem.values import text_of

ACCEPTED, NOT_PERMITTED, LENGTH, _, NOT_FOUND, MODE = range(6)  # ACKC7
GRANTED, _, NO_SPACE, BAD_NAME, BUSY, WILL_NOT = range(6)  # PPGNT
NAME_LENGTH = 120
BODY_LENGTH = 16_000_000
CREATED, EDITED, DELETED = 1, 2, 3
"""PPChangeStatus."""


class Programs:
    """The programs on the tool, all of them verified: what does not pass is not stored."""

    def __init__(
        self,
        dictionary: Dictionary,
        check: Callable[[Program], list[str]],
        may_change: Callable[[str], bool],
        send_verification: Callable[[Item], None],
        clock_text: Callable[[], str],
        promises: Promises,
    ) -> None:
        """`may_change` says whether a host may now change the program of a name."""
        self._dictionary = dictionary
        self._check = check
        self._may_change = may_change
        self._send_verification = send_verification
        self._clock_text = clock_text
        self._promises = promises
        self._stamp = dictionary.quirks.get("body_ignores", "")
        self._stored: dict[str, Program] = {}

    def get(self, name: str) -> Program | None:
        """The program stored under a name."""
        return self._stored.get(name)

    def put(self, program: Program) -> int:
        """Store a program at the panel, unverified; gives PPChangeStatus."""
        status = EDITED if program.name in self._stored else CREATED
        self._stored[program.name] = program
        return status

    def drop(self, name: str) -> None:
        """Delete a program at the panel. Raises KeyError if it is not there."""
        del self._stored[name]

    def names(self) -> list[str]:
        """The names of all programs."""
        return sorted(self._stored)

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {
            (7, 1): self._inquire,
            (7, 3): self._store_body,
            (7, 5): self._body,
            (7, 17): self._delete,
            (7, 19): lambda _body: L(*map(A, self.names())),
            (7, 23): self._store_blocks,
            (7, 25): self._blocks,
        }

    def _inquire(self, body: Item | None) -> Item:
        first, length = as_list(body, 2)
        name = text_of(first).strip()
        if not name or len(name) > NAME_LENGTH:
            code = BAD_NAME
        elif as_int(length) > BODY_LENGTH:
            code = NO_SPACE
        else:
            code = GRANTED if self._may_change(name) else WILL_NOT
        if code == GRANTED:
            self._promises.made(name)
        return B(code)

    def _store_body(self, body: Item | None) -> Item:
        first, content = as_list(body, 2)
        name = text_of(first).strip()
        self._promises.kept(name)
        data = as_bytes(content)
        if self._dictionary.formatted:
            code = MODE
        elif not 0 < len(name) <= NAME_LENGTH or not 0 < len(data) <= BODY_LENGTH:
            code = LENGTH
        elif not self._may_change(name):
            code = NOT_PERMITTED
        elif self._check(Program(name, without_noise(data, self._stamp))):
            code = MODE
        else:
            code = ACCEPTED
            self._stored[name] = Program(name, self._stamped(data))
        return B(code)

    def _stamped(self, data: bytes) -> bytes:
        """Put the time at which it was saved at its head, if the tool is one that does that."""
        if not self._stamp:
            return data
        head = f"{self._stamp} {self._clock_text()}\n".encode("ascii")
        return head + without_noise(data, self._stamp)

    def _body(self, body: Item | None) -> Item:
        program = self._stored.get(text_of(body).strip())
        if program is None or not isinstance(program.body, bytes):
            return L()
        return L(A(program.name), B(program.body))

    def _store_blocks(self, body: Item | None) -> Item:
        came = received(body)
        if not self._dictionary.formatted:
            return B(MODE)
        if not 0 < len(came.name) <= NAME_LENGTH:
            return B(LENGTH)
        if not self._may_change(came.name):
            return B(NOT_PERMITTED)
        program, faults = verified(came, self._dictionary)
        if not faults:
            faults = [Fault(OTHER, 0, words) for words in self._check(program)]
        if not faults:
            self._stored[program.name] = program
        self._send_verification(verification_item(came.name, faults))
        return B(ACCEPTED)

    def _blocks(self, body: Item | None) -> Item:
        program = self._stored.get(text_of(body).strip())
        if program is None or isinstance(program.body, bytes):
            return L()
        return formatted_item(program, self._dictionary)

    def _delete(self, body: Item | None) -> Item:
        names = [text_of(each).strip() for each in as_list(body)] or list(self._stored)
        if any(name not in self._stored for name in names):
            return B(NOT_FOUND)
        if not all(self._may_change(name) for name in names):
            return B(NOT_PERMITTED)
        for name in names:
            del self._stored[name]
        return B(ACCEPTED)
