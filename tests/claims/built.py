"""Histories built by operators: the flows of the section tests as concluded jobs."""

from dataclasses import dataclass

from fabctl.claims.history import Done, History, Measured
from fabctl.interlocks.shipped import shipped_rules
from fabctl.process.material import materials
from fabctl.structure.section import Section

RULES = shipped_rules(examples=False)
"""Those that state what the claims ask for."""


@dataclass
class Line:
    """Collects jobs: each applies operators and remembers what was told and measured."""

    section: Section

    def __post_init__(self):
        self.bare = self.section
        self.done = []

    def job(self, operation, *changes, measured=(), peaks=None, **recipe):
        number = len(self.done) + 1
        name = f"job-{number}"
        for operator, *args in changes:
            keywords = args.pop() if args and isinstance(args[-1], dict) else {}
            self.section = operator(self.section, *args, **keywords)
        self.done.append(
            Done(
                f"step-{number}",
                name,
                "TOOL",
                operation,
                recipe,
                self.section,
                tuple(measured),
                peaks or {},
            )
        )
        return name

    def next_job(self):
        return f"job-{len(self.done) + 1}"

    def history(self):
        return History(self.bare, self.done, materials())


def film(*values, uncertainty=2.4):
    return Measured("film_thickness", "Sn", tuple(values), uncertainty, "Å")
