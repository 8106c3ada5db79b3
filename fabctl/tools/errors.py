"""What a tool or its files can get wrong."""


class ToolError(Exception):
    """A question to a tool got no usable answer; says which tool, what was asked, what came."""

    def __init__(self, tool: str, message: str) -> None:
        super().__init__(f"{tool}: {message}")
        self.tool = tool


class RecipeError(ToolError):
    """A recipe that the tool can't be told, or a program on the tool that can't be read.

    `parameter` is the one of the recipe that is at fault, "" where it is none alone.
    """

    def __init__(self, tool: str, message: str, parameter: str = "") -> None:
        super().__init__(tool, message)
        self.parameter = parameter


class UnwritableError(ValueError):
    """A value that can't be written as the tool holds it; `parameter` is the recipe's, or ""."""

    def __init__(self, message: str, parameter: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class NoToolError(ToolError):
    """A step for which the fab has no tool; `tool` is the fab's name, or the tool asked for."""
