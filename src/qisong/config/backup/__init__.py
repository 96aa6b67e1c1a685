"""The whole of a site in one sealed file, made while people work, and proven by opening it again.

What differs between the embedded database and PostgreSQL stands in ``embedded`` and ``server``; a backup of the one is
never restored into the other.
"""
