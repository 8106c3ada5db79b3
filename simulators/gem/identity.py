"""Who the tool is: S1F1, S1F13, and the loopback S2F25."""

from fabctl.secs.gem_communication import CommunicationModel
from fabctl.secs.items import A, B, Item, ItemError, L
from fabctl.secs.read import as_int, as_list
from fabctl.tools.dictionary import Dictionary
from simulators.gem.outgoing import Handlers, Primary


class Identity:
    """Answers who it is, and asks the host to communicate."""

    def __init__(self, dictionary: Dictionary, communication: CommunicationModel) -> None:
        self._names = L(A(dictionary.mdln), A(dictionary.softrev))
        self._communication = communication

    def request(self) -> Primary:
        """Make the tool's own S1F13."""
        return Primary(1, 13, self._names, wait=True)

    def agreed(self, body: Item | None) -> bool:
        """Whether an S1F14 of the host says yes."""
        try:
            return as_int(as_list(body)[0]) == 0
        except (ItemError, IndexError):
            return False

    def handlers(self) -> Handlers:
        """What this part answers."""
        return {
            (1, 1): lambda _body: self._names,
            (1, 13): self._asked,
            (2, 25): lambda body: body,
        }

    def _asked(self, _body: Item | None) -> Item:
        self._communication.step("asked")
        return L(B(0), self._names)
