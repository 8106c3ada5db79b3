"""What happens in tools and on wafers: one file a phenomenon, with formula, units and source.

The numbers lie in ``sequences/physics`` with their sources.
"""
