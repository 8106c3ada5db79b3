"""Data only: sequences, claims, rule packs, layouts, materials, dictionaries, fab files."""
