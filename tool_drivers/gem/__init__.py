"""The driver of GEM tools, whatever their kind: kinds differ in their dictionaries only."""

from tool_drivers.gem.tool import GemTool

__all__ = ["GemTool"]
