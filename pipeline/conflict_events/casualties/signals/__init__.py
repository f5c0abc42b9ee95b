"""Signals: named observations about a figure, or about a figure and one told before it. None decides anything."""
