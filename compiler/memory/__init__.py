"""Buffers → offsets in the arena, and a checker that does not trust the planner."""
