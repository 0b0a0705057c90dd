"""Every query longer than a line, by name: plain functions of a connection."""
