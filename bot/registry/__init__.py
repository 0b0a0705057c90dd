"""The registry as data: units, campaigns, phases, lists and targets come from sheets that people keep."""
