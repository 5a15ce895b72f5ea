"""Use cases of the counter, one file each: no Textual, no SQL, no drivers; screens call these and nothing lower."""
