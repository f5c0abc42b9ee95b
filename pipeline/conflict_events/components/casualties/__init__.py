"""``casualties``: who was killed, injured, captured, … and how often each number is told."""

from .component import Casualties, make_casualties

__all__ = ["Casualties", "make_casualties"]
