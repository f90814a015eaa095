"""The typed config: schema, parsing, and one-line messages about what is wrong with it."""
