"""A host's and a tool's session on an in-memory wire, in virtual time."""

from collections.abc import Callable, Coroutine
from typing import Any

from fabctl.clock import Clock, run
from fabctl.links.memory import MemoryWire
from fabctl.links.session import SecsSession
from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.items import L
from fabctl.secs.message import Message


class Rig:
    """Both sessions; the tool answers every primary with its own item back, until told not to."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.wire = MemoryWire()
        self.told: list[tuple[str, object]] = []
        self.tool_lost: list[str] = []
        self.heard: list[Message] = []
        self.answers = True
        self.tool = SecsSession(
            HsmsSettings(Role.PASSIVE, End.EQUIPMENT, **settings),
            self.clock,
            on_primary=self.answer,
            on_lost=self.tool_lost.append,
        )
        self.host = SecsSession(
            HsmsSettings(Role.ACTIVE, End.HOST, **settings),
            self.clock,
            on_primary=lambda message: self.told.append(("primary", message)),
            on_selected=lambda: self.told.append(("selected", self.clock.wire())),
            on_lost=lambda why: self.told.append(("lost", why)),
            on_discarded=lambda why: self.told.append(("discarded", why)),
        )
        self.wire.listen(self.tool.accept)

    def answer(self, message: Message) -> None:
        """What the tool does with a primary."""
        self.heard.append(message)
        if self.answers:
            self.tool.reply(message, L() if message.item is None else message.item)

    def what(self) -> list[str]:
        """What the host was told, without details."""
        return [kind for kind, _ in self.told]


def virtually(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run a test on the jumping loop."""

    def runs(*args: Any) -> None:
        run(test(*args), virtual=True)

    runs.__doc__, runs.__name__ = test.__doc__, test.__name__
    return runs
