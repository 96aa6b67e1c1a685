"""Old records in: meeting workbooks, hand-out registers and sign-in sheets become acts."""
