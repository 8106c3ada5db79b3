"""`fabctl report`: one self-contained HTML file of a run; `fabctl claims chart`: its chart."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fabctl.cli.options import Json
from fabctl.cli.output import FINDINGS, LEGAL, Failure, emit, say, show

Run = Annotated[str, typer.Argument(metavar="RUN", help="A run's ID.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where to write it; default: RUN.html.")
]


class Form(StrEnum):
    """How a chart is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


As = Annotated[Form | None, typer.Option("--format", help="How to print it; default: text.")]


def report(run: Run, out: Out = None, as_json: Json = False) -> int:
    """Write one self-contained HTML file: timeline, traces, cross-sections, claim chart.

    Ends with 1 where the run itself did.
    """
    from fabctl.cli.result import code_of
    from fabctl.reports.html.page import page

    made = _report(run)
    path = out or Path(f"{run}.html")
    try:
        path.write_text(page(made), encoding="utf-8")
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}") from error
    if as_json:
        emit({"run": run, "files": [str(path)]})
    else:
        say(f"wrote {path}")
    return code_of(made.document)


def chart(run: Run, form: As = None, as_json: Json = False) -> int:
    """Show where each claim's elements stand in a run, and on what evidence."""
    from fabctl.cli.result import STANDS
    from fabctl.reports.claim_chart import as_csv, as_text
    from fabctl.reports.html.page import page

    if as_json and form not in (None, Form.JSON):
        raise Failure(f"--json is --format json, and can't be --format {form} too")
    made = _report(run)
    if as_json or form is Form.JSON:
        emit({"run": run, "claims": made.chart})
    elif form is Form.CSV:
        show(as_csv(made.chart).rstrip("\n"))
    elif form is Form.HTML:
        show(page(made))
    else:
        show(as_text(made.chart))
    stands = all(each["standing"] in STANDS for claim in made.chart for each in claim["elements"])
    return LEGAL if stands else FINDINGS


def _report(run: str) -> Any:
    from fabctl.cli.records import journal_of, sound_records
    from fabctl.cli.result import outcome_of
    from fabctl.engine.history import History
    from fabctl.engine.summary import summary
    from fabctl.engine.wafer_history import sections
    from fabctl.reports.claim_chart import claim_chart
    from fabctl.reports.html.page import Report
    from fabctl.reports.html.plots import plots_of
    from fabctl.reports.section_svg import draw_all

    with journal_of(run) as journal:
        records = sound_records(journal, run)
        outcome = outcome_of(History(records), going_on=journal.is_owned(run))
    document = summary(records)
    armed = [record.body for record in records if record.kind == "ARMED"]
    return Report(
        document={**document, "outcome": outcome},
        header=records[0].body,
        chart=claim_chart(document["claims"]),
        plots=plots_of([each.body for each in records if each.kind == "TRACE"], armed),
        pictures=[(step or "as brought", picture) for step, picture in draw_all(sections(records))],
        interlocks=armed,
        last=(records[-1].seq, records[-1].hash),
    )
