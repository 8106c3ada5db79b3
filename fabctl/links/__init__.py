"""Where bytes really travel: TCP, serial ports, the in-memory wire, and SECS sessions over them."""
