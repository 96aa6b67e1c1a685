"""The office pages; ``docs/desk.md`` says how one is added."""
