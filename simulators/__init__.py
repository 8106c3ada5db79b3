"""Tools that are not there: a GEM equipment core, the tools, their physics, the wafers."""
