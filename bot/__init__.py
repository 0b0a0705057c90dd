"""The edge: channels, intake, sender, web and wiring."""
