"""Codecs of serial instruments, without I/O: both ends of each line."""
