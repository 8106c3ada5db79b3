"""Makes a diagram and a table of every state machine, from the table that it runs on.

A machine is found by its table: a module that assigns ``TRANSITIONS``. So a machine that is added
is documented, and a diagram can't differ from the code.
"""

import importlib
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from types import ModuleType
from xml.sax.saxutils import escape

from generated import table, write
from sphinx.application import Sphinx

PACKAGES = ("fabctl", "tool_drivers", "simulators")
INTRODUCTION = """\
# State machines

Each is declared as one table, and drawn here from that table: triggers that lead down run on the
right, those that lead back up on the left. `*` stands for every state.
"""

STYLE = (
    "svg{background:#fff}rect{fill:#eef3f8;stroke:#5b7a99}path{fill:none;stroke:#5b7a99}"
    "#tip path{fill:#5b7a99}"
    "text{font:12px sans-serif;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:4px}"
    ".state{font-weight:bold;text-anchor:middle;fill:#111;stroke:none}"
)

Row = tuple[str, str, str]
"""Source, trigger, destination."""


def pages(app: Sphinx) -> None:
    """Write ``reference/generated/states.md`` and a picture for each machine."""
    text = [INTRODUCTION]
    for name, module in machines(Path(app.srcdir).parent):
        title = re.split(r"[,:.] ", (inspect.getdoc(module) or name).splitlines()[0])[0]
        rows = list(transitions(module.TRANSITIONS))
        picture = name.replace(".", "-") + ".svg"
        write(app, picture, drawing(rows))
        text.append(f"## {title}\n\n`{name}`\n\n![{title}]({picture})\n")
        text.append(table(("from", "on", "to"), rows))
    write(app, "states.md", "\n".join(text))


def machines(root: Path) -> Iterator[tuple[str, ModuleType]]:
    """Every module that declares a table, in the order of their names."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if re.search(r"^TRANSITIONS\b.*=", path.read_text(encoding="utf-8"), re.MULTILINE):
                name = ".".join(path.relative_to(root).with_suffix("").parts)
                yield name, importlib.import_module(name)


def transitions(declared: Sequence[Mapping[str, object] | Sequence[object]]) -> Iterator[Row]:
    """Each single transition of a table, with sources that are lists taken apart."""
    for entry in declared:
        if isinstance(entry, Mapping):
            trigger, source, target = entry["trigger"], entry["source"], entry["dest"]
        else:
            trigger, source, target = entry[:3]
        sources = source if isinstance(source, list | tuple | set | frozenset) else [source]
        for each in sources:
            yield _word(each), _word(trigger).strip("_"), _word(each if target == "=" else target)


def _word(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def drawing(rows: Sequence[Row]) -> str:
    """Draw states as a column of boxes and transitions as arcs beside it, as an SVG."""
    states = list(dict.fromkeys(state for source, _, target in rows for state in (source, target)))
    arcs: dict[tuple[str, str], list[str]] = {}
    for source, trigger, target in rows:
        arcs.setdefault((source, target), []).append(trigger)
    step, box, middle = 56, 170, 420
    place = {state: 20 + step * i for i, state in enumerate(states)}
    parts = []
    for (source, target), triggers in arcs.items():
        start, end = place[source] + 14, place[target] + 14
        down = end >= start
        side = 1 if down else -1
        edge = middle + side * box / 2
        if start == end:
            start, end = start - 6, end + 6
        bow = edge + side * (26 + 0.45 * abs(end - start))
        apex = (edge + 3 * bow) / 4
        parts.append(
            f'<path d="M {edge:.0f} {start} C {bow:.0f} {start}, {bow:.0f} {end}, '
            f'{edge:.0f} {end}" marker-end="url(#tip)"/>'
            f'<text x="{apex + side * 4:.0f}" y="{(start + end) / 2 + 4:.0f}" '
            f'text-anchor="{"start" if down else "end"}">{escape(", ".join(triggers))}</text>'
        )
    for state, top in place.items():
        parts.append(
            f'<rect x="{middle - box / 2:.0f}" y="{top}" width="{box}" height="28" rx="6"/>'
            f'<text class="state" x="{middle}" y="{top + 19}">{escape(state)}</text>'
        )
    height = 20 + step * len(states)
    tip = (
        '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M 0 0 L 8 4 L 0 8 z"/></marker>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * middle} {height}" '
        f'width="{2 * middle}" height="{height}"><style>{STYLE}</style><defs>{tip}</defs>'
        f"{''.join(parts)}</svg>\n"
    )


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx."""
    app.connect("builder-inited", pages)
    return {"parallel_read_safe": True}
