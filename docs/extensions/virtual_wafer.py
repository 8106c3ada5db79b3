"""Pictures of a simulated wafer, and the numbers of its physics with their sources."""

from collections.abc import Collection

from generated import table, write
from sphinx.application import Sphinx

import sequences
from fabctl.process.yaml_reader import read_file
from fabctl.process.yaml_tree import List, Mapping, Node, Scalar
from fabctl.reports.section_svg import draw
from simulators.physics.uniformity import SITES
from simulators.wafers.effects import Deposit, Develop, Etch, Expose, Heat, Polish, SpinOn
from simulators.wafers.wafer import Wafer

EVEN = (1.0,) * len(SITES)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", _generate)
    return {"parallel_read_safe": True}


def _generate(app: Sphinx) -> None:
    wafer = _line()
    wafer.apply(Deposit("Sn", 12, EVEN, 0.9, "film-1"))
    write(app, "wafer-film.svg", draw(wafer.section, "12 nm of tin on a copper line"))
    wafer.apply(Heat(((900.0, 200.0),), "react-1"))
    write(app, "wafer-reacted.svg", draw(wafer.section, "after 15 min at 200 °C"))
    write(app, "physics.md", _physics())


def _line() -> Wafer:
    """A copper line in its liner, flush with the stop layer beside it."""
    wafer = Wafer("docs")
    for effect in (
        Deposit("SiOC", 600, EVEN, 0.9, "dielectric-1"),
        Deposit("SiN", 50, EVEN, 0.9, "stop-1"),
        SpinOn("resist-n1", 800, EVEN, 0.0, "coat-1"),
        Expose("CAP-LINE-1", 90, 0, 0.57, "expose-1"),
        Heat(((60.0, 110.0),), "bake-1"),
        Develop("TMAH", 60, 23, "develop-1"),
        Etch({"SiN": 1, "SiOC": 6, "resist-n1": 1}, 160, EVEN, directional=True, job="etch-1"),
        Etch({"resist-n1": 10}, 100, EVEN, directional=False, job="ash-1"),
        Deposit("TaN", 10, EVEN, 0.95, "liner-1"),
        Deposit("Cu", 800, EVEN, 0.95, "copper-1"),
        Polish({"Cu": 10, "TaN": 10, "SiN": 1}, 83, EVEN, "polish-1"),
    ):
        wafer.apply(effect)
    return wafer


def _physics() -> str:
    pages = [
        "# Numbers of the simulated physics",
        (
            "Each with its source; what is `unverified` is remembered engineering practice, "
            "a whole line or the values that say so. "
            "They lie in `sequences/physics/`; resistivities and k in `sequences/materials/`."
        ),
    ]
    for path in sorted(sequences.data("physics").glob("*.yaml")):
        root = read_file(path)
        assert isinstance(root, Mapping)
        ((_, values),) = root.items
        assert isinstance(values, Mapping)
        rows = [_row(name, entry) for name, entry in values.items]
        title = path.stem.replace("-", " ").capitalize()
        pages += [f"## {title}", table(("of", "value", "source"), rows)]
    return "\n\n".join(pages) + "\n"


def _row(name: Scalar, entry: Node) -> tuple[str, str, str]:
    assert isinstance(entry, Mapping)
    told = {key.text: value for key, value in entry.items}
    source, doubtful = _text(told.pop("source")), _names(told.pop("unverified", None))
    values = "; ".join(_told(key, value, doubtful) for key, value in told.items())
    return name.text, values, source


def _told(key: str, value: Node, doubtful: Collection[str]) -> str:
    if isinstance(value, Mapping):
        text = ", ".join(_told(each.text, node, doubtful) for each, node in value.items)
    else:
        text = _text(value)
    return f"{key} {text}" + (" (unverified)" if key in doubtful else "")


def _names(listed: Node | None) -> tuple[str, ...]:
    return tuple(_text(each) for each in listed.items) if isinstance(listed, List) else ()


def _text(value: Node) -> str:
    assert isinstance(value, Scalar)
    return value.text
