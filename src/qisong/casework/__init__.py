"""Cases: members out of contact, problems to be put right, branches to be lifted.

Each has an owner, a deadline and an end that somebody else has verified.
"""
