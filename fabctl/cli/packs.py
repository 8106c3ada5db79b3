"""The rules by which a command judges, and the models that it asks."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fabctl.interlocks import RulePack
    from fabctl.tools.prediction import Predictor


def load(packs: list[Path] | None) -> "RulePack":
    """Load rule files, by default those that come with fabctl. Raises `InputError`."""
    import sequences
    from fabctl.interlocks import load_rules

    return load_rules(packs or sorted(sequences.data("rules").glob("*.yaml")))


def models(fab: Path | None = None) -> "Predictor":
    """What predicts the tools of a fab, by default those of the built-in one."""
    import sequences
    from fabctl.tools.models import FabModels

    return FabModels(fab or sequences.data("fabs", "built-in.yaml"))
