"""Text and tables out of attachments and stand-alone files.

Simple formats are read here; complex ones in a separate process under limits of time, memory,
output, depth and ratio. What cannot be read has a named outcome, never an empty text.
"""
