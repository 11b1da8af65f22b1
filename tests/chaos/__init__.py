"""Random mailboxes, random faults, kills between: in the end the books equal the server."""
