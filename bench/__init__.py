"""`make bench`: whole filings per second, next to the usual ways of building the form (docs/performance.md)."""
