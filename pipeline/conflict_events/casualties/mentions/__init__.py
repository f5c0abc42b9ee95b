"""Mentions of harmed people: every number of people and every outcome word is read or left out with a reason."""
