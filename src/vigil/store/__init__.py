"""The state of vigil: one SQLite file. Only this package writes SQL."""
