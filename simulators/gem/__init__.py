"""GEM equipment without I/O: messages in, messages out, process seconds passed in."""
