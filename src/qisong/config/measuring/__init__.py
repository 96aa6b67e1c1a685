"""How fast coverage is at any size, beside its peers and the physical limit, in one run."""
