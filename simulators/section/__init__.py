"""What process steps do to a cross-section: one operator a file, pure functions of a section.

Every step either takes from the ambient (deposit, coat) or gives to it (etch, strip, polish).
"""
