"""Content-addressed files on disk. Knows no Django."""
