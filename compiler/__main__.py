"""python -m compiler, python -m netsuke"""

from .main import entry_point

entry_point()
