"""The breach file of one group for the data-protection officer (GDPR art. 33 and 34).

``case`` finds the facts in what the runs said, ``content`` and its sections put them into words,
``as_docx``, ``as_html`` and ``as_pdf`` onto paper. No stage reads a post, and no excerpt is used.
"""
