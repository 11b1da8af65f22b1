"""The desk's rules as pure functions: events and messages in, tickets out. Time is an argument."""
