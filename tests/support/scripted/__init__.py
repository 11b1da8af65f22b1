"""An IMAP server that does what the large providers' servers do, written down in presets, with faults at a word."""
