"""Where every wafer of the simulated fab is."""

from fabctl.process.layout import Layout
from simulators.section.cut import Cut
from simulators.wafers.wafer import Wafer


class WaferStore:
    """All wafers; a wafer is in one tool, or in the stocker ("")."""

    def __init__(self, as_brought: Cut | None = None, layout: Layout | None = None) -> None:
        """`as_brought` is what every new wafer is made of; None: bare ones come in.

        `layout` is one whose reticles the fab has besides those that come with fabctl.
        """
        self._as_brought = as_brought
        self.layout = layout
        self._wafers: dict[str, Wafer] = {}
        self._places: dict[str, str] = {}

    def ensure(self, wafer: str) -> None:
        """Have the wafer: an ID never seen becomes a new one in the stocker."""
        if wafer not in self._wafers:
            self._wafers[wafer] = Wafer(wafer, self._as_brought)
            self._places[wafer] = ""

    def place_of(self, wafer: str) -> str:
        """The tool that holds the wafer, "" for the stocker. Raises KeyError if never seen."""
        return self._places[wafer]

    def move(self, wafer: str, place: str) -> None:
        """The robot carries the wafer to a tool, or to the stocker (""). Raises KeyError."""
        if wafer not in self._places:
            raise KeyError(wafer)
        self._places[wafer] = place

    def wafer(self, name: str) -> Wafer:
        """The wafer itself. Raises KeyError if never seen."""
        return self._wafers[name]
