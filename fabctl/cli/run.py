"""`fabctl run`: drives tools; and the second half of `fabctl runs resume`."""

import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

import sequences
from fabctl.cli.arguments import actor, choices, overrides
from fabctl.cli.options import By, Choose, Fab, Faults, Json, Pack, Sequence, Set, Speed
from fabctl.cli.output import Failure, say

if TYPE_CHECKING:
    from fabctl.cli.compose import Order
    from fabctl.cli.desk import TerminalDesk
    from fabctl.cli.fab_process import FabProcess
    from fabctl.engine.controls import Controls
    from fabctl.engine.run import RunResult
    from fabctl.journal import Journal, Record
    from fabctl.links.link import Dial
    from fabctl.process.layout import Layout
    from fabctl.process.stock import Stock
    from fabctl.tools.desk import Desk
    from fabctl.tools.fab import ToolEntry


def run(
    sequence: Sequence,
    fab: Fab = None,
    speed: Speed = 1.0,
    settings: Set = [],  # noqa: B006 -- typer copies it
    choose: Choose = [],  # noqa: B006
    faults: Faults = None,
    rules: Pack = None,
    by: By = "",
    as_json: Json = False,
) -> int:
    """Execute a sequence on tools: those of a fab file, or the built-in fab's simulated ones."""
    from fabctl.cli import compose
    from fabctl.cli.records import DRY
    from fabctl.clock import utc_now

    if fab not in (None, compose.BUILT_IN) and faults is not None:
        raise Failure("--faults is for simulated tools, and a fab file names real ones")
    chosen = compose.chosen_fab(fab)
    elsewhere = [entry.id for entry in chosen.tools if entry.address and not entry.place.is_here]
    if speed != 1.0 and elsewhere:
        raise Failure(
            "--speed is for simulated tools: those of a fab file keep their own time, unless all "
            f"are on loopback addresses or ptys, which {', '.join(elsewhere)} are not"
        )
    settled = overrides(settings)
    order = compose.order(
        sequence,
        settled,
        chosen,
        choices=choices(choose),
        faults=faults,
        speed=speed,
        rules=rules or (),
        record_paths=True,
    )
    moment = utc_now()
    name = f"{order.sequence.name[:32]}-{moment:%y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    if name.startswith(DRY):  # a sequence of dry etching, say
        name = f"run-{name}"
    return _carry_out(_Job(name, order, faults, actor(by), is_new=True), as_json)


def carry_on(run: str, by: str, as_json: bool) -> int:
    """Take up a run whose process has ended, with the inputs that it was begun with."""
    from fabctl.cli import compose
    from fabctl.cli.records import DRY, journal_of, sound_records
    from fabctl.engine.history import History
    from fabctl.engine.person import obstacle

    if run.startswith(DRY):
        raise Failure("a dry run is over when it ends; start it again with fabctl dry-run")
    with journal_of(run) as journal:
        history = History(sound_records(journal, run))
    stands = obstacle(run, history)
    if stands is not None:
        raise stands
    order = compose.order_again(history.header["inputs"])
    return _carry_out(_Job(run, order, None, by, is_new=False), as_json)


class _Job(Struct, frozen=True):
    """One run to be carried out in this process; `by` is who presses Ctrl-C."""

    run: str
    order: "Order"
    faults: Path | None
    by: str
    is_new: bool


def _carry_out(job: _Job, as_json: bool) -> int:
    from asyncio import CancelledError

    from fabctl import clock
    from fabctl.cli import home
    from fabctl.cli.records import opened
    from fabctl.cli.result import tell

    with opened(home.journal_file()) as journal:
        try:
            result = clock.run(_execute(job, journal))
        except CancelledError:
            again = f"go on with: fabctl runs resume {job.run}"
            raise Failure(f"the terminal was closed, and the run left as it is; {again}") from None
    files = [home.journal_file(), home.wire_file(job.run)]
    return tell(result, [path for path in files if path.exists()], as_json=as_json)


async def _execute(job: _Job, journal: "Journal") -> "RunResult":
    from fabctl.cli import home
    from fabctl.cli.desk import TerminalDesk
    from fabctl.cli.lab_desk import LabDesk
    from fabctl.cli.progress import Progress
    from fabctl.cli.wire import wire_log
    from fabctl.clock import Clock
    from fabctl.engine.controls import Controls
    from fabctl.engine.run import execute
    from fabctl.tools.desk_socket import DistantDesk

    order, controls = job.order, Controls()
    plan = order.plan(job.run)
    clock = Clock(order.speed)
    with ExitStack() as stack:
        desks: list[TerminalDesk] = []
        stack.enter_context(_interrupts(controls, job.by, desks))  # first: what starts here ends
        legal = order.guard.audit(order.sequence).legal
        fab = _simulated_fab(job) if legal else None
        log = wire_log(home.wire_file(job.run), clock) if legal else None
        if log is not None:
            stack.callback(log.close)
        with Progress(order.sequence, clock) as progress:
            desks.append(TerminalDesk(job.by, progress.aside))
            desk: Desk = desks[0]
            if order.fab.desk:
                desk = LabDesk(desk, DistantDesk(order.fab.desk))
            tools = order.open_tools(clock, dials(fab), log.tap if log else None, desk)
            hold_nothing_up()
            result = await execute(
                plan,
                tools,
                order.guard,
                journal,
                clock,
                controls,
                on_record=[
                    _begins(job.run),
                    progress.record,
                    _ends_questions(desks[0], journal, job.run),
                ],
                on_reading=[progress.reading],
            )
        if fab is not None and result.outcome != "held":
            fab.end()
    return result


def hold_nothing_up() -> None:
    """Keep short what else this process does, so that an ABORT need not wait for it.

    A collection looks through what is new only, a little at a time; and the thread that writes the
    journal hands over within half a millisecond, not five.
    """
    import gc

    gc.freeze()
    gc.set_threshold(700, 2)
    sys.setswitchinterval(0.0005)


def _simulated_fab(job: _Job) -> "FabProcess | None":
    """The process that serves the run's tools, None where it is none of ours.

    Raises `Failure` where the fab file's simulated lab is not served.
    """
    from fabctl.cli import fab_process

    fab = job.order.fab
    if fab.desk and not Path(fab.desk).is_socket():
        raise Failure(
            f"the simulated lab {fab.name} has no desk at {fab.desk}: start it in another terminal "
            f"with fabctl sim up --fab {fab.path}{_wafers(job.order.sequence.stock)}"
            f"{_reticles(job.order.sequence.own_layout)}"
        )
    if not job.order.is_built_in:
        return None
    if not job.is_new:
        return fab_process.find(job.run)
    stock = job.order.sequence.stock
    wafers = Path(stock.file) if stock else None
    own = job.order.sequence.own_layout
    layout = Path(own.file) if own else None
    return fab_process.start(job.run, job.order.speed, job.faults, job.order.seed, wafers, layout)


def _wafers(stock: "Stock | None") -> str:
    """Say how a simulated lab is given what is brought in."""
    if stock is None:
        return ""
    is_ours = Path(stock.file) == sequences.data("wafers", f"{stock.name}.yaml")
    return f" --wafers {stock.name if is_ours else stock.file}"


def _reticles(layout: "Layout | None") -> str:
    """Say how a simulated lab is given the reticles of a layout."""
    return f" --layout {layout.file}" if layout else ""


def dials(fab: "FabProcess | None") -> "Callable[[ToolEntry], Dial]":
    """Give what dials a run's tools: those of its own simulated fab, or of its fab file."""
    from fabctl.links.tcp import tcp_dial

    def dial(entry: "ToolEntry") -> "Dial":
        return tcp_dial(*fab.addresses[entry.id]) if fab else entry.dial()

    return dial


def _begins(run: str) -> "Callable[[Record], None]":
    """Listens for the run's own record: whoever is told of the run can ask for something now."""
    from fabctl.engine.records import Kind

    def heed(record: "Record") -> None:
        if record.kind == Kind.RUN:
            say(f"run {run}")

    return heed


def _ends_questions(
    desk: "TerminalDesk", journal: "Journal", run: str
) -> "Callable[[Record], None]":
    """Listens for a stop that another terminal asks for: the question that stands is taken back."""
    from fabctl.engine.records import Kind

    known = len(journal.records(run))

    def heed(record: "Record") -> None:
        if record.kind != Kind.ASKED or record.seq <= known:
            return
        if record.body["done"] and record.body["action"] in ("stop", "abort"):
            desk.close(f"{record.body['by']} ended the run")

    return heed


@contextmanager
def _interrupts(controls: "Controls", by: str, desks: "list[TerminalDesk]") -> Iterator[None]:
    """The first Ctrl-C stops the run safely, every later one aborts it; no more is asked then.

    A terminal that is closed ends nothing but this process's part: each driver lets its tool go,
    having ended what only the host could carry on.
    """
    import asyncio

    loop, here = asyncio.get_running_loop(), asyncio.current_task()
    assert here is not None
    asked: list[Any] = []

    def interrupt(why: str) -> None:
        action = "abort" if asked else "stop"
        asked.append(action)
        say("aborting" if asked[1:] else "stopping safely; Ctrl-C again aborts")
        controls.ask(action, by, why)
        for desk in desks:
            desk.close(why)

    loop.add_signal_handler(signal.SIGINT, interrupt, "Ctrl-C")
    loop.add_signal_handler(signal.SIGTERM, interrupt, "SIGTERM")
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it is to go on
        loop.add_signal_handler(signal.SIGHUP, here.cancel)
        numbers.append(signal.SIGHUP)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
