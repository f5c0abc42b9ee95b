"""Who acts and who is harmed: the table of actors, descriptions of actors, and descriptions of victims."""

from conflict_events.actors.descriptions import ActorDescriptions
from conflict_events.actors.table import ActorEntry, ActorTable
from conflict_events.actors.victims import describe_victim

__all__ = ["ActorDescriptions", "ActorEntry", "ActorTable", "describe_victim"]
