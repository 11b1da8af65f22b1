"""A company that does not exist, its customers, and their mail: the sample mailbox of `desk demo`."""
