"""The whole of a site in one sealed file, made while people work, and proven by opening it again.

The embedded database only: of a PostgreSQL site its own server keeps the backups.
"""
