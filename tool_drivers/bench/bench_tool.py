"""What every bench tool's driver does alike: programs from templates, hands, listeners."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from fabctl.clock import Clock
from fabctl.links.link import Dial
from fabctl.process.recipe import Recipe
from fabctl.quantities import Quantity
from fabctl.tools import template
from fabctl.tools.desk import Desk
from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import ToolError
from fabctl.tools.fab import ToolEntry
from fabctl.tools.port import Accepted, Grade, Measurement, Observation, Outcome, Program
from fabctl.tools.program_differences import differences
from tool_drivers.bench.hands import Hands
from tool_drivers.bench.observers import Observers


class BenchTool:
    """The part of a driver that needs no line. The host keeps the programs, unless overridden."""

    by_hand = True
    stores_programs = False
    grade = Grade.C
    WHERE = "put it in its place"
    """Where a person puts the wafer."""

    def __init__(
        self,
        entry: ToolEntry,
        dictionary: Dictionary,
        dial: Dial,
        clock: Clock,
        tap: object = None,
        *,
        desk: Desk,
    ) -> None:
        del tap  # the wire log knows SECS messages only
        self.entry = entry
        self.dial = dial
        self.id = entry.id
        self.kind = entry.kind
        self.dictionary = dictionary
        self.clock = clock
        self.observers = Observers(entry.id, clock)
        self.hands = Hands(entry.id, desk, self.observers)
        self.desk = desk
        self.watched = ""
        """The operation whose signals are reported, "" for none."""
        self.selected = ""
        """The name of the program for the next start."""
        self._installed: dict[str, Program] = {}
        self.set_up()

    def set_up(self) -> None:
        """Make what a subclass has of its own; nothing is dialled yet."""

    def look_soon(self) -> None:
        """Something has changed: what is polled should be."""

    def subscribe(self, listener: Callable[[Observation], None]) -> Callable[[], None]:
        """Have `listener` called with every observation; returns the unsubscriber."""
        return self.observers.subscribe(listener)

    async def place(self, wafer: str) -> Outcome:
        """Have a person bring the wafer; `Accepted` once one says so."""
        return await self.hands.bring(wafer, self.WHERE)

    async def remove(self, wafer: str) -> Outcome:
        """Have a person take the wafer; `Accepted` once one says so."""
        return await self.hands.take(wafer)

    def encode(self, name: str, recipe: Recipe) -> Program:
        """The tool's program for a recipe. Raises `RecipeError` where the tool can't do it."""
        return template.encode(self.dictionary, name, recipe)

    def decode(self, program: Program, operation: str) -> Recipe:
        """What a program really does. Raises `RecipeError` where it can't be read."""
        return template.decode(self.dictionary, program, operation)

    def differences(self, sent: Program, found: Program) -> tuple[str, ...]:
        """Say in the tool's own words where a program is another than the one that was sent."""
        return differences(self.dictionary, sent, found)

    async def install(self, program: Program) -> Outcome:
        """Keep the program: the host carries it out, the tool stores none."""
        self._installed[program.name] = program
        return Accepted("the host keeps it")

    async def read_back(self, program: Program) -> Program:
        """Give what will be carried out. Raises `ToolError` where it was not installed."""
        if program.name not in self._installed:
            raise ToolError(self.id, f"program {program.name} is not installed")
        return self._installed[program.name]

    async def select(self, program: Program) -> Outcome:
        """Take the program for the next start."""
        self.selected = program.name
        return Accepted("the host keeps it")

    async def watch(
        self, operation: str, _fresh_for: Fraction | None = None
    ) -> Sequence[tuple[str, str]]:
        """Poll an operation's signals, as always; returns (signal, channel) of each."""
        names = next(
            (each.variables for each in self.dictionary.watches if each.operation == operation), ()
        )
        self.watched = operation
        self.look_soon()
        variables = (self.dictionary.variables_by_name[name] for name in names)
        return [(each.signal, each.name) for each in variables if each.signal]

    def redundant(self) -> Sequence[frozenset[str]]:
        """Groups of channels that measure the same, by the tool's dictionary."""
        return self.dictionary.redundant

    def uncertainties(self) -> Mapping[str, Quantity]:
        """Signal → by how much its readings may be off either way, by the tool's dictionary."""
        return {signal: each.within for signal, each in self.dictionary.uncertainties.items()}

    async def unwatch(self) -> None:
        """Poll no more than is needed to see the tool."""
        self.watched = ""

    async def results(self, job: str) -> Sequence[Measurement]:
        """Measure nothing. Raises `ToolError`."""
        raise ToolError(self.id, f"measures nothing ({job})")

    async def section(self, wafer: str) -> str:
        """See no section. Raises `ToolError`."""
        raise ToolError(self.id, f"can't section {wafer}")

    async def peaks(self, job: str) -> Mapping[str, float]:
        """Tell nothing: these tools keep no record of the highest values."""
        del job
        return {}
