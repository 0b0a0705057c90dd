"""The web routes: the web chat, the page on data rights, health, and the shell around them (headers, error pages)."""
