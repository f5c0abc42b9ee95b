"""A first reading by rules in a fixed order, which the links weigh as one signal among others."""
