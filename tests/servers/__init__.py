"""Platforms played on loopback, for tests and benches."""
