"""Mail as values: bytes in, frozen dataclasses out. Pure: no clock, no disk, no network."""
