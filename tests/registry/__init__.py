"""The registry as data: sheets in, units and targets out."""
