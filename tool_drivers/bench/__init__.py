"""What the drivers of bench tools share: the line, the watch, the hands that carry the wafer."""
