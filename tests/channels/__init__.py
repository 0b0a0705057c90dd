"""Channels: what comes in, what goes out, and what may go wrong between."""
