"""What the chambers of a fab did to the wafers of all runs on it, by the records.

A chamber remembers what no wafer shows. A job that is not known never to have started counts: it
may have laid down something.
"""

from msgspec import Struct, field

from fabctl.engine.history import NOT_STARTED
from fabctl.engine.records import Kind
from fabctl.interlocks.carry_over import module_of
from fabctl.interlocks.chamber import Memory, Ran
from fabctl.interlocks.trip import Cause
from fabctl.journal import Journal
from fabctl.process.material import CLEAN
from fabctl.process.recipe import Recipe


class Chambers(Struct):
    """The chambers of one fab, as a run of it finds them; `fab` is the fab's name in the records.

    The runs before are looked up once, when they are first asked for. What was there before this
    run's own job in a chamber was judged then: of each the memory begins anew with it.
    """

    journal: Journal
    run: str
    fab: str
    _known: dict[str, "_Tool"] | None = None

    def of(self, tool: str) -> Memory:
        """Give what a tool's chambers did in other runs."""
        if self._known is None:
            self._known = self._look_up()
        known = self._known.get(tool, _Tool())
        return Memory(known.laid, known.left)

    def enter(self, tool: str, recipe: Recipe) -> None:
        """Note that a job of this run begins in a chamber, as it was let in."""
        if self._known is not None and tool in self._known:
            self._known[tool].forget(module_of(recipe))

    def _look_up(self) -> dict[str, "_Tool"]:
        headers = {each.run: each.body for each in self.journal.of_kind(Kind.RUN)}
        never = {
            each.body["job"]
            for each in self.journal.of_kind(Kind.CONCLUDED)
            if each.body["outcome"] == NOT_STARTED
        }
        dummies = {
            (each.run, each.body["step"])
            for each in self.journal.of_kind(Kind.HELD_BACK)
            if each.body["trip"]["cause"] == Cause.UNCLEAN
        }
        known: dict[str, _Tool] = {}
        for intent in self.journal.of_kind(Kind.INTENT):
            header, body = headers.get(intent.run, {}), intent.body
            ours = header.get("inputs", {}).get("fab") == self.fab
            if not ours or body["job"] in never:
                continue
            recipe = next(each["recipe"] for each in header["steps"] if each["id"] == body["step"])
            tool = known.setdefault(body["tool"], _Tool())
            module = module_of(Recipe(body["operation"], recipe))
            if intent.run == self.run:
                tool.forget(module)
                continue
            ran = Ran(recipe.get("material", ""), intent.run, body["step"], intent.at)
            if (intent.run, body["step"]) in dummies:
                tool.left.pop(module, None)  # two people let it in to clean the chamber
            tool.left.setdefault(module, {})[body.get("leaves", CLEAN)] = ran
            if body["operation"] == "deposit":
                tool.laid[module] = ran
        return known


class _Tool(Struct):
    """As `Memory` has it."""

    laid: dict[str, Ran] = field(default_factory=dict)
    left: dict[str, dict[str, Ran]] = field(default_factory=dict)

    def forget(self, module: str) -> None:
        """Begin a chamber's memory anew."""
        self.laid.pop(module, None)
        self.left.pop(module, None)
