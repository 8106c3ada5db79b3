"""What a tool or its files can get wrong."""


class ToolError(Exception):
    """A question to a tool got no usable answer; says which tool, what was asked, what came."""

    def __init__(self, tool: str, message: str) -> None:
        super().__init__(f"{tool}: {message}")
        self.tool = tool


class RecipeError(ToolError):
    """A recipe that the tool can't be told, or a program on the tool that can't be read."""


class NoToolError(ToolError):
    """A step for which the fab has no tool; `tool` is the fab's name, or the tool asked for."""
