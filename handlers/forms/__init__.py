"""The forms people fill in, one file each."""
