"""Speed, as tables: machine, sizes, and a ratio to a peer or to the physical limit of the same run."""
