"""The clock: what is due becomes rows. Nothing is ever sent from here."""
