"""``events``: from scenes and casualties to events (see the module below for how)."""
