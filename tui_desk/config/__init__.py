"""Settings: a typed schema, one commented TOML file, and where passwords come from."""
