"""The timers of one HSMS connection but T3: T6, T7, T8 and the linktest's period."""

from fabctl.secs.hsms_frames import SType
from fabctl.secs.hsms_settings import HsmsSettings

NEVER = float("inf")


class HsmsTimers:
    """What runs since when. `asked` are our control messages without an answer (T6)."""

    def __init__(self, settings: HsmsSettings, now: float, silence: float) -> None:
        """After `silence` without a byte the peer is asked whether it is there; 0 = never."""
        self._settings = settings
        self.silence = silence
        self._asked: dict[int, tuple[SType, float]] = {}
        self._t7 = self._t8 = NEVER
        self._heard = now
        self._watching = False
        self._misses = 0

    def heard(self, now: float, *, partial: bool) -> None:
        """Bytes came. T8 runs from the last byte of a message that is not whole."""
        self._heard = now
        self._t8 = now + self._settings.t8 if partial else NEVER

    def connected(self, now: float) -> None:
        """T7 runs until the session is selected."""
        self._t7 = now + self._settings.t7
        self._watching = False

    def selected(self) -> None:
        """T7 is over; from now on silence is asked about."""
        self._t7 = NEVER
        self._watching = True

    def asked(self, stype: SType, system: int, now: float) -> None:
        """A control message awaits its answer: T6 runs."""
        self._asked[system] = (stype, now + self._settings.t6)

    def answered(self, stype: int, system: int) -> bool:
        """The answer to a control message came; False if it answers none."""
        asked = self._asked.get(system)
        if asked is None or asked[0] != stype - 1:
            return False
        del self._asked[system]
        self._misses = 0
        return True

    def rejected(self, system: int) -> SType | None:
        """The peer rejected a message; which control message of ours it was, if it was one."""
        asked = self._asked.pop(system, None)
        return asked and asked[0]

    @property
    def soonest(self) -> float:
        """When the next of them is due."""
        soonest = min(self._t8, self._t7)
        if self._asked:
            soonest = min(soonest, *(deadline for _, deadline in self._asked.values()))
        return min(soonest, self._linktest_due()) if self.silence else soonest

    def overdue(self, now: float) -> str:
        """Why the connection has to be closed by now; "" if it has not."""
        if now >= self._t7:
            return f"not selected within T7 ({self._settings.t7} s)"
        if now >= self._t8:
            return f"a message stopped half-way for T8 ({self._settings.t8} s)"
        if not self._asked:
            return ""
        late = [system for system, (_, deadline) in self._asked.items() if deadline <= now]
        for system in late:
            stype, _ = self._asked.pop(system)
            self._misses += 1
            if stype != SType.LINKTEST_REQ or self._misses >= self._settings.linktest_misses:
                return f"no answer to {stype.name} within T6 ({self._settings.t6} s)"
        return ""

    def linktest_is_due(self, now: float) -> bool:
        """Whether to ask now if the peer is there: silence, or no answer when last asked."""
        return now >= self._linktest_due()

    def _linktest_due(self) -> float:
        if (
            not self._watching
            or not self.silence
            or (self._asked and any(s == SType.LINKTEST_REQ for s, _ in self._asked.values()))
        ):
            return NEVER
        return self._heard + self.silence
