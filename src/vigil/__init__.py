"""vigil keeps watch over a household's money after a scam, and before the next one."""

__version__ = "0.1.0"
