"""Where bytes really travel: TCP, the in-memory wire, and HSMS sessions over them."""
