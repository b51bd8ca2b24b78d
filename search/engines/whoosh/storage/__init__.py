"""The index on disk: generations, snapshots and segments, written in one step, by one writer at a time."""
