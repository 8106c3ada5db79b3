"""The operator's hands on the tool: switches, keys, and the recipe editor."""

from msgspec.structs import replace

from fabctl.tools.port import Block, Program
from simulators import machine as seam
from simulators.gem.constants import Constants
from simulators.gem.control import Control
from simulators.gem.events import Events
from simulators.gem.production import Production
from simulators.gem.programs import Programs
from simulators.gem.terminal import Terminal
from simulators.machine import Value

KEYS: dict[str, seam.Input] = {
    "stop": seam.Stop(),
    "abort": seam.Abort(),
    "pause": seam.Pause(),
    "resume": seam.Resume(),
    "clear": seam.OperatorClear(),
}
EDIT_FACTOR = 1.1
"""An edit for the sake of an edit makes the first number of the program a tenth larger."""


class Panel:
    """What an operator can do; every act is told to the host by OperatorCommandIssued."""

    def __init__(
        self,
        control: Control,
        production: Production,
        programs: Programs,
        constants: Constants,
        events: Events,
        terminal: Terminal,
    ) -> None:
        self._control = control
        self._production = production
        self._programs = programs
        self._constants = constants
        self._events = events
        self._terminal = terminal

    def press(self, action: str) -> None:
        """Do one of: local, remote, online, offline, stop, abort, pause, resume, clear, recognise.

        Raises KeyError for any other.
        """
        self._events.occur("OperatorCommandIssued", OperatorCommand=action.upper())
        if action in ("local", "remote", "online", "offline"):
            self._control.operator_switch(action)
        elif action == "recognise":
            self._terminal.recognise()
        else:
            self._production.live(KEYS[action])

    def edit(self, program: Program) -> None:
        """Store a program as edited at the panel, and tell the host."""
        self._changed(program.name, self._programs.put(program))

    def tamper(self) -> None:
        """Change the selected program (or the first there is) a little."""
        selected = self._production.selected
        names = self._programs.names()
        if not names:
            return
        program = self._programs.get(selected.name if selected else names[0])
        if program is not None:
            self.edit(_changed(program))

    def turn(self, constant: str, value: Value) -> None:
        """Set an equipment constant, and tell the host. Raises KeyError if there is none."""
        self._constants.set(constant, value)
        self._events.occur("OperatorECChange", ECIDChanged=self._constants.id_of(constant))

    def _changed(self, name: str, status: int) -> None:
        self._events.occur("ProcessProgramChange", PPChangeName=name, PPChangeStatus=status)


def _changed(program: Program) -> Program:
    if isinstance(program.body, bytes):
        return replace(program, body=program.body + b"edited at the panel\n")
    blocks = list(program.body)
    for number, block in enumerate(blocks):
        for place, value in enumerate(block.parameters):
            if value and not isinstance(value, str):  # a time of 0 s would stay what it is
                changed = type(value)(value * EDIT_FACTOR + (1 if isinstance(value, int) else 0))
                values = (*block.parameters[:place], changed, *block.parameters[place + 1 :])
                blocks[number] = Block(block.ccode, values)
                return replace(program, body=tuple(blocks))
    return replace(program, body=(*blocks, *blocks[-1:]))
