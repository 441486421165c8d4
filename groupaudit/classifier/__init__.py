"""Tells whether a document holds health data of an identifiable person.

Enter by ``groupaudit.classifier.engine.build``; importing this package loads nothing. Knows no
output format and returns no raw match.
"""
