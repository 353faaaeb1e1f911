"""Stands for a network that is absent: its target is incompatible, so it is reported as skipped."""
