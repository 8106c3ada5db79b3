"""`fabctl claims`: the claims and their elements."""

from collections.abc import Callable

from fabctl.cli.options import Json
from fabctl.cli.output import LEGAL, emit, show
from fabctl.cli.report import chart


def list_claims(as_json: Json = False) -> int:
    """List the claims with all their elements, what each asks for, and the rules that state it."""
    from fabctl.process.claim import documents

    practised = _practised()
    if as_json:
        emit(
            [
                {
                    "claim": claim.name,
                    "document": document.title,
                    "parent": claim.parent,
                    "sequences": practised[claim.name],
                    "elements": [
                        {
                            "element": element.name,
                            "kinds": list(element.kinds),
                            "rules": list(element.rules),
                            "meaning": element.meaning,
                        }
                        for element in claim.elements
                    ],
                }
                for document in documents()
                for claim in document.claims
            ]
        )
        return LEGAL
    for document in documents():
        show(f"{document.title} ({document.name})")
        for claim in document.claims:
            show(f"  {claim.name}" + (f", after {claim.parent}" if claim.parent else ""))
            show(f"    practised by: {', '.join(practised[claim.name]) or 'no sequence'}")
            for element in claim.elements:
                rules = f"; {', '.join(element.rules)}" if element.rules else ""
                show(f"    {element.name} [{', '.join(element.kinds)}{rules}] {element.meaning}")
    return LEGAL


def _practised() -> dict[str, list[str]]:
    """Claim → the sequences that come with fabctl and practise it, parents implied."""
    import sequences
    from fabctl.process.claim import claims, with_parents
    from fabctl.process.loader import load_sequence

    found: dict[str, list[str]] = {name: [] for name in claims()}
    for path in sequences.listed():
        for claim in with_parents(load_sequence(path).practises, claims()):
            found[claim].append(path.stem)
    return found


commands: dict[str, Callable[..., int]] = {"list": list_claims, "chart": chart}
