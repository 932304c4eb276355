"""Run the command line with `python -m erqi_kg`."""

from erqi_kg.cli import main

if __name__ == "__main__":
    main()
