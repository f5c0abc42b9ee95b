"""From conflict news to structured events with evidence."""

__version__ = "0.1.0"
