"""Sealing of personal values, blind indexes to find them by, and the chain that shows tampering. Knows no Django."""
