"""A version after this one: an application whose steps change rows of a site and then, if told to, break."""
