"""What happens in tools and on wafers: one file a phenomenon, with formula, units and source.

A number without a named source is remembered engineering practice, unverified.
"""
