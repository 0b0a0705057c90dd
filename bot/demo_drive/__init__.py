"""`sangkien demo --days 35`: Hà Nội's peak drive of 2022, replayed on made days (see README.md beside this)."""
