"""Text and tables out of attachments and stand-alone files.

Attachments of every format are read in a separate process under limits of time, memory, output,
depth and ratio. Three things are read where the audit runs, each in one pass of bounded memory: the
bodies of messages, small plain texts that stand alone, and delimited tables that stand alone, which
may have any size. What cannot be read has a named outcome, never an empty text.
"""
