"""The paths of a sequence with choices in it: all of them, and the one that is chosen.

A path is the sequence with every choice made: plain steps, one after the other. It is told in
the words that the command line takes: ``barrier=dry``, ``litho=1``, ``cleans=clean-2,clean-1``.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Sequence as SequenceOf

from msgspec import Struct
from msgspec.structs import replace

from fabctl.process.errors import InputError, Mark, Problem, did_you_mean
from fabctl.process.sequence import Alternatives, AnyOrder, Choice, Item, Rework, Sequence, Step


class Path(Struct, frozen=True):
    """One way through a sequence; `choices` are ``name=choice``, in the file's order."""

    steps: tuple[Step, ...]
    choices: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join(self.choices)


def paths(items: SequenceOf[Item]) -> Iterator[Path]:
    """Give every path, the one as written first; there are `count` of them."""
    open_: list[Iterator[tuple[Path, tuple[Item, ...]]]] = [iter([(Path(()), tuple(items))])]
    while open_:
        so_far, rest = next(open_[-1], (None, ()))
        if so_far is None:
            open_.pop()
            continue
        plain = tuple(_plain(rest))
        so_far = Path((*so_far.steps, *plain), so_far.choices)
        if len(plain) == len(rest):
            yield so_far
        else:
            open_.append(_chosen_next(so_far, rest[len(plain) :]))


def count(items: Iterable[Item]) -> int:
    """Tell how many paths there are, without walking them."""
    return math.prod(_ways(item) for item in items)


def written(items: Iterable[Item]) -> Iterator[Step]:
    """Give every step as it stands in the file, each once."""
    for item in items:
        match item:
            case Alternatives():
                for way in item.ways.values():
                    yield from written(way)
            case Rework():
                yield from (*item.steps, *item.undo)
            case AnyOrder():
                yield from item.steps
            case _:
                yield item


def offered(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Give every choice by name, with what may be chosen in words."""
    for item in items:
        if isinstance(item, Step):
            continue
        yield item.name, _said(item)
        if isinstance(item, Alternatives):
            for way in item.ways.values():
                yield from offered(way)


def again_id(step: str, number: int) -> str:
    """Name a step of a rework: its ID in the file, and which rework it is."""
    return f"{step}_r{number}"


def chosen(sequence: Sequence, choices: Mapping[str, str]) -> Sequence:
    """Make the choices that are named; the others stay open. Raises `InputError`.

    A way is chosen by its name, rework by the number of times, an order by the steps' IDs.
    """
    used: set[str] = set()
    flow = _settled(sequence.flow, choices, used)
    for name in choices.keys() - used:
        hint = did_you_mean(name, {each.name for each in _open(flow)} | used)
        raise _refused(f"there is no choice {name} to make", Mark(sequence.file, 1, 1), hint)
    return _with(sequence, flow) if used else sequence


def one_path(sequence: Sequence, choices: Mapping[str, str]) -> tuple[Sequence, dict[str, str]]:
    """Give the sequence on one path, and every choice that was made. Raises `InputError`.

    What is not chosen goes as written and without rework; alternatives must be chosen.
    """
    if not sequence.flow and not choices:
        return sequence, {}
    made = dict(choices)
    sequence = chosen(sequence, choices)
    for item in _open(sequence.flow):
        match item:
            case Alternatives():
                ways = " or ".join(f"--choose {item.name}={way}" for way in item.ways)
                raise _refused(f"the alternatives {item.name} are not chosen", item.mark, ways)
            case Rework():
                made[item.name] = "0"
            case AnyOrder():
                made[item.name] = ",".join(step.id for step in item.steps)
    first = next(paths(sequence.flow or sequence.steps))
    return replace(sequence, steps=first.steps, flow=()), made


def _plain(items: tuple[Item, ...]) -> Iterator[Step]:
    """Give the steps before the first choice."""
    for item in items:
        if not isinstance(item, Step):
            return
        yield item


def _chosen_next(so_far: Path, items: tuple[Item, ...]) -> Iterator[tuple[Path, tuple[Item, ...]]]:
    """Make the choice that stands first in every way, and give what is then still to be done."""
    choice, *rest = items
    assert not isinstance(choice, Step)
    for said, steps in _options(choice):
        yield Path(so_far.steps, (*so_far.choices, f"{choice.name}={said}")), (*steps, *rest)


def _options(choice: Choice) -> Iterator[tuple[str, tuple[Item, ...]]]:
    match choice:
        case Alternatives():
            yield from choice.ways.items()
        case Rework():
            for times in range(choice.at_most + 1):
                yield str(times), _passes(choice, times)
        case AnyOrder():
            for order in itertools.permutations(choice.steps):
                yield ",".join(step.id for step in order), order


def _ways(item: Item) -> int:
    match item:
        case Alternatives():
            return sum(count(way) for way in item.ways.values())
        case Rework():
            return item.at_most + 1
        case AnyOrder():
            return math.factorial(len(item.steps))
        case _:
            return 1


def _open(items: Iterable[Item]) -> Iterator[Choice]:
    """Give the choices of a list, not those inside of alternatives."""
    return (item for item in items if not isinstance(item, Step))


def _settled(items: Iterable[Item], choices: Mapping[str, str], used: set[str]) -> tuple[Item, ...]:
    settled: list[Item] = []
    for item in items:
        if isinstance(item, Step):
            settled.append(item)
        elif item.name in choices:
            used.add(item.name)
            settled.extend(_settled(_taken(item, choices[item.name]), choices, used))
        elif isinstance(item, Alternatives):
            ways = {name: _settled(way, choices, used) for name, way in item.ways.items()}
            settled.append(replace(item, ways=ways))
        else:
            settled.append(item)
    return tuple(settled)


def _taken(choice: Choice, said: str) -> tuple[Item, ...]:
    """Give what one choice stands for. Raises `InputError` where there is no such choice."""
    hint = ""
    match choice:
        case Alternatives():
            if said in choice.ways:
                return choice.ways[said]
            hint = did_you_mean(said, choice.ways)
        case Rework():
            if re.fullmatch("0|[1-9][0-9]{0,8}", said) and int(said) <= choice.at_most:
                return _passes(choice, int(said))
        case AnyOrder():
            by_id = {step.id: step for step in choice.steps}
            order = said.split(",")
            if sorted(order) == sorted(by_id):
                return tuple(by_id[each] for each in order)
    raise _refused(f"{choice.name} can't be {said}", choice.mark, hint or _said(choice))


def _said(choice: Choice) -> str:
    match choice:
        case Alternatives():
            return f"one of {', '.join(choice.ways)}"
        case Rework():
            return f"a number of times, at most {choice.at_most}"
        case AnyOrder():
            return f"all of {','.join(step.id for step in choice.steps)} in some order"


def _with(sequence: Sequence, flow: tuple[Item, ...]) -> Sequence:
    steps = tuple(written(flow))
    return replace(sequence, steps=steps, flow=() if steps == flow else flow)


def _passes(rework: Rework, times: int) -> tuple[Step, ...]:
    again = (
        replace(step, id=again_id(step.id, number))
        for number in range(1, times + 1)
        for step in (*rework.undo, *rework.steps)
    )
    return (*rework.steps, *again)


def _refused(message: str, mark: Mark, hint: str) -> InputError:
    return InputError([Problem("IN208", message, mark, hint)])
