"""Remote commands: S2F41 checked against the dictionary, then carried out after its reply."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from fabctl.secs.items import U1, A, B, Item, ItemError, L
from fabctl.secs.read import as_list
from fabctl.tools.dictionary import Command as CommandEntry
from fabctl.tools.dictionary import Dictionary
from simulators import machine as seam
from simulators.gem.outgoing import Handlers
from simulators.gem.production import Production
from simulators.gem.program_items import illegal
from simulators.gem.programs import Programs
from simulators.gem.values import text_of, value_of
from simulators.processing import State

DONE, NO_SUCH, CANNOT_NOW, BAD_PARAMETER, LATER, ALREADY, NO_OBJECT = range(7)  # HCACK
UNKNOWN, ILLEGAL, BAD_FORMAT = 1, 2, 3  # CPACK

Values = Mapping[str, float | int | str]


class Verdict(Struct, frozen=True):
    """The reply to a command, and what is to be done once the reply is out."""

    hcack: int
    bad: tuple[tuple[str, int], ...] = ()
    act: Callable[[], None] | None = None


ALREADY_THERE: Mapping[str, frozenset[State]] = {
    "STOP": frozenset({State.STOPPING, State.IDLE, State.READY, State.SETUP}),
    "ABORT": frozenset({State.ABORTING, State.IDLE, State.READY, State.SETUP}),
    "PAUSE": frozenset({State.PAUSING, State.PAUSED}),
    "RESUME": frozenset({State.EXECUTING}),
}
"""Commands that have nothing left to do in these states: HCACK 5."""

PLAIN: Mapping[str, seam.Input] = {
    "STOP": seam.Stop(),
    "ABORT": seam.Abort(),
    "PAUSE": seam.Pause(),
    "RESUME": seam.Resume(),
}


class Commands:
    """Says yes or no to each remote command, as the tool stands now."""

    def __init__(
        self,
        dictionary: Dictionary,
        production: Production,
        programs: Programs,
        is_remote: Callable[[], bool],
        switch: Callable[[str], int],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        """`switch` carries out LOCAL and REMOTE, gives HCACK; `later` takes acts for after it."""
        self._entries = {entry.rcmd: entry for entry in dictionary.commands}
        self._production = production
        self._programs = programs
        self._is_remote = is_remote
        self._switch = switch
        self._later = later
        self._code = U1 if dictionary.quirks.get("hcack_type") == "U1" else B
        self.refusal: Callable[[str], int | None] = lambda _rcmd: None
        """A fault may refuse any command."""

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {(2, 41): self._command}

    def _command(self, body: Item | None) -> Item:
        rcmd, given = as_list(body, 2)
        pairs = [as_list(pair, 2) for pair in as_list(given)]
        parameters = [(text_of(name).strip(), value) for name, value in pairs]
        verdict = self._verdict(text_of(rcmd).strip(), parameters)
        if verdict.act is not None:
            self._later(verdict.act)
        bad = (L(A(name), self._code(code)) for name, code in verdict.bad)
        return L(self._code(verdict.hcack), L(*bad))

    def _verdict(self, rcmd: str, given: Sequence[tuple[str, Item]]) -> Verdict:
        entry = self._entries.get(rcmd)
        if entry is None:
            return Verdict(NO_SUCH)
        refusal = self.refusal(rcmd)
        if refusal is not None:
            return Verdict(refusal)
        if rcmd in ("LOCAL", "REMOTE"):
            return Verdict(self._switch(rcmd))
        if not self._is_remote():
            return Verdict(CANNOT_NOW)
        values, bad = read_parameters(entry, given)
        if bad:
            return Verdict(BAD_PARAMETER, bad)
        state = self._production.state
        if state in ALREADY_THERE.get(rcmd, ()):
            return Verdict(ALREADY)
        if entry.states and state.value not in entry.states:
            return Verdict(CANNOT_NOW)
        return self._carry_out(rcmd, values)

    def _carry_out(self, rcmd: str, values: Values) -> Verdict:
        production = self._production
        match rcmd:
            case "PP-SELECT":
                return self._select(str(values.get("PPID", "")))
            case "START":
                return self._start(values)
            case "LOAD":
                wafer = str(values.get("SUBSTID", ""))
                why_not = production.robot.why_not_load(wafer)
                why_not = why_not or production.machine.refuses(seam.Loaded(wafer))
                return self._transfer(wafer, why_not, lambda: production.load(wafer))
            case "UNLOAD":
                wafer = str(values.get("SUBSTID", ""))
                why_not = production.robot.why_not_unload(wafer)
                why_not = why_not or production.machine.refuses(seam.Unloaded(wafer))
                return self._transfer(wafer, why_not, lambda: production.unload(wafer))
        told = PLAIN.get(rcmd)
        if told is None:
            told = seam.Command(rcmd, dict(values))
            if production.robot.moving or production.machine.refuses(told):
                return Verdict(CANNOT_NOW)
        return Verdict(LATER, act=lambda: production.live(told))

    def _select(self, name: str) -> Verdict:
        program = self._programs.get(name)
        if program is None or self._production.active:
            bad = (("PPID", ILLEGAL),) if program is None else ()
            return Verdict(BAD_PARAMETER if bad else CANNOT_NOW, bad)
        return Verdict(LATER, act=lambda: self._production.select(program))

    def _start(self, values: Values) -> Verdict:
        production = self._production
        job = str(values.get("LOTID", ""))
        if not job or job in production.jobs:
            return Verdict(BAD_PARAMETER, (("LOTID", ILLEGAL),))
        selected = production.selected
        if production.active or selected is None:
            return Verdict(CANNOT_NOW)
        if production.robot.moving or self._programs.get(selected.name) != selected:
            return Verdict(CANNOT_NOW)  # what was selected has been changed: select it again
        rest = {name: value for name, value in values.items() if name != "LOTID"}
        if production.refuses_start(job, rest):
            return Verdict(CANNOT_NOW)
        return Verdict(LATER, act=lambda: production.start(job, rest))

    def _transfer(self, wafer: str, why_not: str, act: Callable[[], None]) -> Verdict:
        if not wafer:
            return Verdict(BAD_PARAMETER, (("SUBSTID", ILLEGAL),))
        if why_not or self._production.active:
            return Verdict(CANNOT_NOW)
        return Verdict(LATER, act=act)


def read_parameters(
    entry: CommandEntry, pairs: Sequence[tuple[str, Item]]
) -> tuple[dict[str, float | int | str], tuple[tuple[str, int], ...]]:
    """The parameters of a command by name, and those that are bad, with their CPACK."""
    values: dict[str, float | int | str] = {}
    known = {parameter.name: parameter for parameter in entry.parameters}
    given = dict(pairs)
    bad = [(name, UNKNOWN) for name in given if name not in known]
    names = [name for name, _ in pairs]
    for name, parameter in known.items():
        if name not in given:
            if not parameter.optional:
                bad.append((name, ILLEGAL))
            continue
        if names.count(name) > 1:
            bad.append((name, ILLEGAL))
            continue
        try:
            values[name] = value_of(parameter.format, given[name])
        except ItemError:
            bad.append((name, BAD_FORMAT))
            continue
        if values[name] == "" or illegal(parameter, values[name]):
            bad.append((name, ILLEGAL))
    return values, tuple(bad)
