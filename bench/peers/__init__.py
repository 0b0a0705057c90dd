"""The same seven-question form as its libraries' own documentation would have it."""
