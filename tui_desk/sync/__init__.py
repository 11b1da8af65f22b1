"""Keeping the store and the mailbox alike: what to do is planned purely, then done."""
