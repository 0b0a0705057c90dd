"""The bot itself: what it understands and what it says. Plain values in, plain values out."""
