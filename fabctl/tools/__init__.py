"""The Tool port, tool dictionaries, the fab file."""
