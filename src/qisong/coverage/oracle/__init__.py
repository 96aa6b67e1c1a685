"""Coverage by SQL, day by day: slower than the engine and another way, so that one may be held against the other."""
