"""Which operations a stored program may be for, by the templates of the tool's dictionary."""

from fabctl.tools.dictionary import Dictionary
from fabctl.tools.errors import RecipeError
from fabctl.tools.port import Program
from fabctl.tools.template import decode


def operations_of(dictionary: Dictionary, program: Program) -> frozenset[str]:
    """The operations whose templates the program could have come from.

    An unformatted program can't be told apart without its START parameters, so all operations of
    the tool count.
    """
    offered = {template.operation for template in dictionary.templates}
    if isinstance(program.body, bytes):
        return frozenset(offered)
    return frozenset(name for name in offered if _reads(dictionary, program, name))


def _reads(dictionary: Dictionary, program: Program, operation: str) -> bool:
    try:
        decode(dictionary, program, operation)
    except RecipeError:
        return False
    return True
