"""``python -m conflict_events.cli``"""

from conflict_events.cli.app import app

if __name__ == "__main__":
    app()
