"""The acts of a fault file: what befalls the tool at a moment."""

from typing import TYPE_CHECKING

from fabctl.tools.faults import Fault
from simulators import machine as seam
from simulators.gem.outgoing import LinkFault

if TYPE_CHECKING:
    from simulators.gem.equipment import Equipment

LINK = frozenset({"link-drop", "separate", "second-host"})


class Mishaps:
    """Carries out the acts that `ToolFaults` says are due."""

    def __init__(self, tool: "Equipment") -> None:
        self._tool = tool

    def befall(self, fault: Fault) -> None:
        """Have it happen now."""
        tool = self._tool
        if fault.name in LINK:
            tool.put(LinkFault(fault.name))
            return
        match fault.name:
            case "link-stall":
                tool.put(LinkFault(fault.name, fault.number("duration")))
            case "alarm":
                tool.production.alarm(tool.alarms.named(fault.text("alarm")))
            case "alarm-flood":
                self._flood(fault)
            case "operator":
                tool.panel.press(fault.text("action"))
            case "program-edit":
                tool.panel.tamper()
            case "clock-jump":
                tool.clock.jump(fault.number("by"))
            case "lost-wafer":
                tool.production.lose_wafer()
            case "restart":
                self._restart()

    def _flood(self, fault: Fault) -> None:
        """Set and clear an alarm again and again, as long as a job runs."""
        tool = self._tool
        alarm = tool.alarms.named(fault.text("alarm"))
        if alarm in tool.alarms.standing():
            tool.alarms.clear(alarm)
        else:
            tool.production.alarm(alarm)
        if tool.production.active or alarm in tool.alarms.standing():
            tool.later(lambda: self._flood(fault), fault.number("period"))

    def _restart(self) -> None:
        """Lose power and come back: the job is lost, and so is what the host had set up."""
        tool = self._tool
        tool.put(LinkFault("link-drop"))
        tool.production.live(seam.Abort())
        tool.events.forget()
        tool.traces.forget()
