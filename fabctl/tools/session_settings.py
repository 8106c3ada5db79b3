"""How a session with a GEM tool is set up, from its dictionary: HSMS or SECS-I, either end."""

from fabctl.secs.hsms_settings import End, HsmsSettings, Role
from fabctl.secs.secs1_settings import Secs1Settings
from fabctl.tools.dictionary import Dictionary


def session_settings(
    dictionary: Dictionary, end: End, *, secs1: bool = False, linktest: bool = True
) -> HsmsSettings | Secs1Settings:
    """Device ID and timers of the tool's dictionary. Over HSMS the host is the active end.

    A host's period of linktests is that of a tool without a job: its driver shortens it. Without
    `linktest` only the other end asks whether its peer is there.
    """
    timers = {name: float(seconds) for name, seconds in dictionary.timers.items()}
    period = timers["linktest_idle" if end is End.HOST else "linktest"] if linktest else 0.0
    if secs1:
        return Secs1Settings(
            end,
            dictionary.device_id,
            t1=timers["t1"],
            t2=timers["t2"],
            t3=timers["t3"],
            t4=timers["t4"],
            t5=timers["t5"],
            linktest=period,
        )
    return HsmsSettings(
        Role.ACTIVE if end is End.HOST else Role.PASSIVE,
        end,
        dictionary.device_id,
        t3=timers["t3"],
        t5=timers["t5"],
        t6=timers["t6"],
        t7=timers["t7"],
        t8=timers["t8"],
        linktest=period,
    )
