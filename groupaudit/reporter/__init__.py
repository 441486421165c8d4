"""Reports in every format and language: they quote the outcomes, and judge nothing."""
