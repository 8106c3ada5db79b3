"""The closed vocabulary of steps: kinds of tool, operations, and each operation's parameters.

A parameter is what a process engineer states for one step *and the tool is told*, so that reading
the program back from the tool gives the same recipe. What is constant for a tool (gas flows,
purges, spread speeds, brush cleans) stands in the templates of its dictionary. What belongs to a
material (a resist's tone and casting solvent) stands in the materials table.
"""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from fabctl.quantities import Dimension

KINDS = ("cvd", "spin_coater", "stepper", "etcher", "cmp", "furnace", "metrology")
"""The sorts of equipment that a step can ask for. A wet bench is an ``etcher``."""

MODULES = ("chamber", "bath", "platen")
"""The parameters that name the part of a tool where a step happens; a step has at most one."""


PLATES = ("plate_1", "plate_2", "plate_3")
"""The hot plates that a spun-on coat is on one after the other, each for the ``plate_time``."""

SIGNALS: Mapping[str, Dimension] = MappingProxyType(
    {
        "temperature": Dimension.TEMPERATURE,
        "plate_temperature": Dimension.TEMPERATURE,
        "film_thickness": Dimension.LENGTH,
        "spin_speed": Dimension.ROTATION,
    }
)
"""The signals that a rule can watch while a tool works, and what each measures."""


SIGNAL_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "temperature": ("cvd", "etcher", "furnace"),
        "plate_temperature": ("spin_coater",),
        "film_thickness": ("cvd", "etcher", "cmp", "metrology"),
        "spin_speed": ("spin_coater", "etcher"),
    }
)
"""The kinds of tool that can tell each signal: a spin coater's temperature is that of a plate."""


class ParameterRule(Struct, frozen=True):
    """What one recipe parameter may be: a quantity of `dimension`, or a word where that is None."""

    dimension: Dimension | None = None
    words: tuple[str, ...] = ()
    """The closed list of a word's values; empty where another file decides."""
    names: str = ""
    """What such a word names: ``material``, ``module``, ``reticle``; "" where it names nothing."""
    whole: bool = False
    """Whether the number must be a whole one (sites, cycles)."""
    lowest: Fraction | None = Fraction(0)
    """The lowest value of a quantity in its base unit (a temperature's is absolute zero); None
    where it has a direction."""
    required: bool = True


class Operation(Struct, frozen=True):
    """An operation, the kinds of tool that can do it, and its parameters.

    Of each group in `one_of` a recipe states exactly one parameter.
    """

    name: str
    kinds: tuple[str, ...]
    parameters: Mapping[str, ParameterRule]
    one_of: tuple[tuple[str, ...], ...] = ()
    required: tuple[str, ...] = ()
    """The parameters that every recipe states: counted out of `parameters`."""
    optional: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, wanted in (("required", True), ("optional", False)):
            names = (key for key, rule in self.parameters.items() if rule.required is wanted)
            force_setattr(self, name, tuple(names))


def _optional(rule: ParameterRule) -> ParameterRule:
    return replace(rule, required=False)


_LENGTH = ParameterRule(Dimension.LENGTH)
_TEMPERATURE = ParameterRule(Dimension.TEMPERATURE)
_TIME = ParameterRule(Dimension.TIME)
_RATE = ParameterRule(Dimension.HEATING_RATE)
_PERCENT = ParameterRule(Dimension.RATIO)
_ROTATION = ParameterRule(Dimension.ROTATION)
_COUNT = ParameterRule(Dimension.NUMBER, whole=True)
_MATERIAL = ParameterRule(names="material")
_MODULE = ParameterRule(names="module")

_BAKE = {"temperature": _TEMPERATURE, "time": _TIME}

_REMOVE = {
    "chamber": _optional(_MODULE),
    "bath": _optional(_MODULE),
    "material": _MATERIAL,
    "depth": _optional(_LENGTH),
    "time": _optional(_TIME),
    "endpoint": _optional(_MATERIAL),  # the material whose appearance ends the etch
    "over_etch": _optional(_PERCENT),  # of the time that the depth or the end point took
    "temperature": _optional(_TEMPERATURE),
}
_REMOVE_ONE_OF = (("chamber", "bath"), ("depth", "time", "endpoint"))

_HEAT = {
    "temperature": _TEMPERATURE,
    "ramp": _RATE,
    "hold": _TIME,
    "ambient": ParameterRule(words=("N2", "forming-gas")),
    "boat_in": _optional(_TEMPERATURE),
    "cool": _optional(_RATE),
    "unload_below": _optional(_TEMPERATURE),
}

_ALL = (
    Operation("prime", ("spin_coater",), _BAKE),
    Operation(
        "coat",
        ("spin_coater",),
        {"material": _MATERIAL, "cast_speed": _ROTATION, "cast_time": _TIME},
    ),
    Operation("soft_bake", ("spin_coater",), _BAKE),
    Operation(
        "expose",
        ("stepper",),
        {
            "reticle": ParameterRule(names="reticle"),
            "dose": ParameterRule(Dimension.DOSE),
            "focus": ParameterRule(Dimension.LENGTH, lowest=None),  # above or below the surface
            "align_to": _optional(ParameterRule(names="reticle")),
        },
    ),
    Operation("post_exposure_bake", ("spin_coater",), _BAKE),
    Operation(
        "develop",
        ("spin_coater",),
        {
            "developer": ParameterRule(words=("TMAH",)),
            "time": _TIME,
            "temperature": _optional(_TEMPERATURE),
        },
    ),
    Operation("hard_bake", ("spin_coater",), _BAKE),
    Operation(
        "spin_on",
        ("spin_coater",),
        {
            "material": _MATERIAL,
            "cast_speed": _ROTATION,
            "cast_time": _TIME,
            "plate_1": _TEMPERATURE,
            "plate_2": _TEMPERATURE,
            "plate_3": _TEMPERATURE,
            "plate_time": _TIME,
        },
    ),
    Operation("cure", ("furnace",), _HEAT),
    Operation("degas", ("cvd",), {"chamber": _MODULE, **_BAKE}),
    Operation(
        "preclean",
        ("cvd",),
        {
            "chamber": _MODULE,
            "gas": ParameterRule(words=("H2", "Ar")),
            **_BAKE,
            "cool_to": _optional(_TEMPERATURE),
        },
    ),
    Operation(
        "clean",
        ("etcher",),
        {"bath": _MODULE, "time": _TIME, "temperature": _optional(_TEMPERATURE)},
    ),
    Operation(
        "deposit",
        ("cvd",),
        {
            "chamber": _MODULE,
            "material": _MATERIAL,
            "thickness": _LENGTH,
            "temperature": _TEMPERATURE,
        },
    ),
    Operation("etch", ("etcher",), _REMOVE, _REMOVE_ONE_OF),
    Operation("etch_back", ("etcher",), _REMOVE, _REMOVE_ONE_OF),
    Operation(
        "strip",
        ("etcher",),
        {
            "chamber": _optional(_MODULE),
            "bath": _optional(_MODULE),
            "material": _MATERIAL,
            "time": _TIME,
            "gas": _optional(ParameterRule(words=("N2/H2", "H2/He", "O2"))),
            "temperature": _optional(_TEMPERATURE),
        },
        (("chamber", "bath"),),
    ),
    # plasma on the bare wafer that takes nothing, and leaves the skin of a material another
    Operation(
        "treat",
        ("etcher",),
        {
            "chamber": _MODULE,
            "material": _MATERIAL,
            "gas": ParameterRule(words=("O2",)),
            "time": _TIME,
            "temperature": _TEMPERATURE,
        },
    ),
    Operation(
        "polish",
        ("cmp",),
        {
            "platen": _MODULE,
            "material": _MATERIAL,
            "remaining": _optional(_LENGTH),  # eddy current stops it with this much left
            "endpoint": _optional(ParameterRule(words=("clear",))),  # material gone from the field
            "first_seen": _optional(_MATERIAL),  # stops as soon as this shows anywhere
            "time": _optional(_TIME),
            "over_polish": _optional(_TIME),  # after the end point
            "pressure": ParameterRule(Dimension.PRESSURE),
        },
        (("remaining", "endpoint", "first_seen", "time"),),
    ),
    Operation("anneal", ("furnace",), _HEAT),
    Operation(
        "measure",
        ("metrology",),
        {
            "quantity": ParameterRule(
                words=(
                    "film_thickness",
                    "step_height",
                    "sheet_resistance",
                    "line_width",
                    "dielectric_constant",
                    "cross_section",
                )
            ),
            "material": _optional(_MATERIAL),  # of all but a cross-section
            "sites": _optional(_COUNT),
        },
    ),
)

OPERATIONS: Mapping[str, Operation] = MappingProxyType({each.name: each for each in _ALL})
"""Every operation by name."""


def heats(operation: Operation) -> bool:
    """Tell whether an operation may state how hot the wafer is, in one place or on hot plates."""
    return not operation.parameters.keys().isdisjoint({"temperature", *PLATES})
