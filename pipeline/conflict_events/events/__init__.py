"""From casualties and triggers to events: what kind an event is, when and where it happened, who did what."""
