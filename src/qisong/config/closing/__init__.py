"""The orderly end of a site: everything handed out in forms that need no program of ours, then closed or erased."""
