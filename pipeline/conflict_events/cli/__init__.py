"""The command ``conflict-events``."""

from conflict_events.cli.app import app

__all__ = ["app"]
