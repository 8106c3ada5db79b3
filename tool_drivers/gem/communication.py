"""Agreeing to communicate: S1F13 either way, and whether it is the tool that we think it is."""

from fabctl.clock import Clock
from fabctl.secs.gem_communication import CommunicationModel
from fabctl.secs.items import Item, ItemError, L
from fabctl.secs.message import Message
from fabctl.secs.read import as_int, as_list, as_text
from fabctl.tools.errors import ToolError
from tool_drivers.gem.wire import Wire

ATTEMPTS = 6
BETWEEN_ATTEMPTS_S = 10.0
"""EstablishCommunicationsTimeout: between two S1F13; wire seconds."""


class Communication:
    """The host's end of the communications state model with one tool."""

    def __init__(self, wire: Wire, clock: Clock) -> None:
        self._wire = wire
        self._clock = clock
        self._model = CommunicationModel()
        self._identity: tuple[str, ...] = ()

    def lost(self) -> None:
        """The link is gone."""
        self._model.step("link_lost")

    def asked(self, message: Message) -> None:
        """The tool sent S1F13, which was answered. Raises `ItemError`."""
        self._identity = _identity(message.item)
        self._model.step("asked")

    async def establish(self) -> None:
        """Agree with the tool, and check who it is.

        A tool that declines is asked again, since one may do so for a minute after it was switched
        on. Raises `ToolError` where there is no answer, no agreement, or another tool.
        """
        self._model.step("link_up")
        for _ in range(ATTEMPTS):
            await self._ask()
            if self._model.communicating:
                break
            await self._clock.sleep(BETWEEN_ATTEMPTS_S)
            self._model.step("delay_over")
        else:
            raise ToolError(self._wire.tool, "S1F13: the tool declines to communicate")
        wanted = (self._wire.dictionary.mdln, self._wire.dictionary.softrev)
        if self._identity != wanted:
            told = " ".join(self._identity) or "nameless"
            why = f"is {told}, its dictionary is for {' '.join(wanted)}"
            advice = "where it still does what that says, an engineer enters its mdln and softrev"
            raise ToolError(self._wire.tool, f"{why}: {advice} there")

    async def _ask(self) -> None:
        try:
            commack, identity = as_list(await self._wire.ask(1, 13, L()), 2)
            agreed = as_int(commack) == 0
            if agreed:
                self._identity = _identity(identity)
        except (ItemError, ToolError) as error:
            self._model.step("refused")
            raise ToolError(self._wire.tool, f"does not communicate: {error}") from None
        self._model.step("accepted" if agreed else "refused")


def _identity(item: Item | None) -> tuple[str, ...]:
    """MDLN and SOFTREV."""
    return tuple(as_text(each) for each in as_list(item))
