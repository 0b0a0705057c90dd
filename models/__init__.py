"""Tables, queries and migrations: plain functions of a `sqlalchemy.Connection`. Imports nothing else of ours."""
