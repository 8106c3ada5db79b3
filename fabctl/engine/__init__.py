"""The run: step protocol, run state machine, recovery."""
