"""What the codes mean that are no rule of a pack: of tools, stored programs, paths, waivers, files.

They can't be waived and have no examples; a message of each says what was found.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fabctl.process.errors import CODES as FILE_CODES

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "TC101": "no tool of the fab can do the step",
        "TC102": "a value, or one that a window or a tolerance allows, is outside the tool's range",
        "TC103": "the tool can't carry the value, though it is inside the tool's range",
        "TC104": "the tool is for wafers of another size",
        "TC105": "by then the wafer is cut for its cross-section",
        "TC106": "the tool does not report what a rule has to watch, so it may not start",
        "PR101": "the program that the tool stores is not the approved recipe",
        "PR102": "the tool has no such program or it can't be read: what it would do is not shown",
        "PR103": "a constant of the tool is set otherwise than its dictionary has it",
        "CV101": "a sequence has more paths than are judged: nothing is shown of the others",
        "CV102": "no rule has looked at the sequence: nothing is shown of it",
        "CV103": "rules that bind the sequence, and that no step of it could have broken",
        "CV104": "values of the sequence that no rule has looked at",
        "CV105": "steps whose tools store no program, so that there was none to compare",
        "WN103": "a value set on the command line is outside of the window that the file gives",
        "ID101": "a step's does is false: the claim is not practised, or not by this step",
        "ID102": "a step's does names a claim element that the finished wafer contradicts",
        "ME101": "a measurement was made, and no result of it came: what rests on it is not shown",
        "QA101": "film that did not react is left on the finished wafer: it joins lines of metal",
        "QA102": "a protective layer lies off the metal of the finished wafer, or joins two lines",
        "WV101": "a waiver is badly formed, and does nothing",
        "WV102": "a waiver has not begun or has ended, and does nothing",
        "WV103": "a waiver matches no finding: the step, the rule or the value has changed",
        "WV104": "a waiver names a rule that there is not or that can't be waived",
        "WV105": "a waiver's author and approver are not two persons",
        "WV106": "a waiver ends later than is allowed after its issue, or before it",
        "WV107": "a waiver covers what another covers already, and does nothing",
        **FILE_CODES,
    }
)
"""Every code of these with its meaning."""
