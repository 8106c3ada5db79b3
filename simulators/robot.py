"""The simulated robot that places a wafer in a tool and takes it away again."""

from simulators.machine import Places

TRANSFER_S = 6.0
"""How long it takes to carry a wafer between stocker and tool, in process seconds."""

STAGE = "STAGE"
"""The tool's one place for a wafer, as it names it (SubstLocID)."""


LOST = "lost"
"""Where a wafer is that nobody finds."""


class Robot:
    """Serves one tool; the tool holds one wafer at a time."""

    def __init__(self, tool: str, places: Places) -> None:
        self._tool = tool
        self._places = places
        self.wafer = ""
        """The wafer in the tool, "" for none."""
        self.moving = ""
        """The wafer on the robot's way, "" for none."""

    def why_not_load(self, wafer: str) -> str:
        """Why a wafer can't be placed now; "" where it can. Never seen IDs are new wafers."""
        if self.moving:
            return f"the robot carries {self.moving}"
        if self.wafer:
            return f"{self.wafer} is in the tool"
        self._places.ensure(wafer)
        place = self._places.place_of(wafer)
        return f"{wafer} is in {place}" if place else ""

    def why_not_unload(self, wafer: str) -> str:
        """Why a wafer can't be taken now; "" where it can."""
        if self.moving:
            return f"the robot carries {self.moving}"
        return "" if wafer == self.wafer else f"{wafer} is not in the tool"

    def pick(self, wafer: str) -> None:
        """Set out with a wafer, either way; while it is under way no other robot gets it."""
        self.moving = wafer
        self._places.move(wafer, self._tool)

    def placed(self) -> str:
        """Arrive at the tool; gives the wafer."""
        self.wafer, self.moving = self.moving, ""
        return self.wafer

    def taken(self) -> str:
        """Arrive at the stocker; gives the wafer."""
        wafer, self.moving, self.wafer = self.moving, "", ""
        self._places.move(wafer, "")
        return wafer

    def lose(self) -> str:
        """The wafer drops out of sight: it is neither here nor in the stocker; gives its ID."""
        wafer, self.wafer = self.wafer, ""
        if wafer:
            self._places.move(wafer, LOST)
        return wafer
