"""The command line `sangkien`: one file a topic."""
