"""Posts: from bytes, by whichever lawful route, to documents that the classifier reads.

Judges no content, and writes nowhere but into its own private temporary folders.
"""
