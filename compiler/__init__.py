"""netsuke: carves trained networks into tiny standalone C."""

__version__ = "0.1.0"
