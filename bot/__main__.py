"""`python -m bot` and the command `sangkien`."""

from bot.cli.main import main

if __name__ == "__main__":
    main()
