"""Checking machine-coded records in the browser (``conflict-events review``), and what comes out of it."""
