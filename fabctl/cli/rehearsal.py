"""Executes a sequence on simulated tools in virtual time, as the command line asks for it."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from fabctl.cli.arguments import choices, overrides
from fabctl.cli.output import Failure

if TYPE_CHECKING:
    from fabctl.cli.compose import Order
    from fabctl.engine.run import RunResult
    from fabctl.journal import Journal
    from fabctl.journal.beside import StoreBeside


def rehearse(
    sequence: str,
    *,
    settings: list[str],
    choose: list[str],
    fab: Path | None,
    seed: int,
    faults: Path | None,
    rules: Sequence[Path],
    out: Path | None,
    despite_findings: bool,
    as_json: bool,
) -> int:
    """Make a dry run and tell of it; returns the exit code. Raises `Failure`, `InputError`."""
    import gc

    gc.set_threshold(500_000, 20, 100)  # what is loaded and made is kept, or goes without it

    from fabctl.journal.beside import store_beside

    with store_beside() as store:
        from fabctl.cli import compose

        gc.freeze()  # a dry run is short, and what is loaded by now lives to its end
        named = None if fab in (None, compose.BUILT_IN) else compose.chosen_fab(fab)
        order = compose.order(
            sequence,
            overrides(settings),
            compose.simulated_fab(fab),
            named=named,
            choices=choices(choose),
            faults=faults,
            seed=seed,
            rules=rules,
        )
        return _rehearsed(order, out, store, despite_findings=despite_findings, as_json=as_json)


def _rehearsed(
    order: "Order",
    out: Path | None,
    store: "StoreBeside | None",
    *,
    despite_findings: bool,
    as_json: bool,
) -> int:
    from fabctl import clock
    from fabctl.cli import compose, home
    from fabctl.cli.result import tell, write_files
    from fabctl.journal import Journal

    run = compose.dry_run_id(order)
    path = home.dry_run_file(run)
    _make_room(path, out)
    wire = out / "wire.pcap" if out else None
    journal = Journal.open_in(store, path) if store else Journal.open(path, durable=False)
    with closing(journal):
        work = _execute(order, run, journal, wire, despite_findings)
        result = clock.run(work, virtual=True)
        files = [path, *([wire] if wire else []), *write_files(result, journal, out)]
    return tell(result, files, as_json=as_json)


def _make_room(path: Path, out: Path | None) -> None:
    """A dry run with the same inputs has the same ID: the new one takes the place of the old."""
    from fabctl.journal import heads, is_owned

    if path.exists():
        if is_owned(path, path.stem):
            raise Failure(f"the same dry run is under way: {path}")
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.rmtree(heads(path), ignore_errors=True)
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Failure(f"--out {out}: {error.strerror}") from error


async def _execute(
    order: "Order", run: str, journal: "Journal", wire: Path | None, despite_findings: bool
) -> "RunResult":
    from fabctl.clock import Clock
    from fabctl.engine.run import execute
    from fabctl.tools.drivers import simulate

    clock = Clock()
    simulated = simulate(
        order.fab,
        clock,
        seed=order.seed,
        faults=order.faults,
        stock=order.sequence.stock,
        layout=order.sequence.own_layout,
    )
    log = None
    if wire is not None:
        from fabctl.cli.wire import wire_log

        log = wire_log(wire, clock)
    await simulated.open()
    try:
        tools = order.open_tools(
            clock,
            lambda entry: simulated.dial(entry.id),
            log.tap if log else None,
            simulated.desk,
        )
        return await execute(
            order.plan(run), tools, order.guard, journal, clock, despite_findings=despite_findings
        )
    finally:
        await simulated.close()
        if log is not None:
            log.close()
