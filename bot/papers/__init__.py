"""A board in other forms (domain.md §8): a workbook with the figures behind it, an A4 bulletin, QR posters."""
