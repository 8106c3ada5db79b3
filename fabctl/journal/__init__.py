"""What happened: append-only, durable, hash-chained."""
