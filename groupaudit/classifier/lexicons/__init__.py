"""Data of the classifier: term lists, names and weights, with their sources in SOURCES.md.

Holds data and the script that builds part of it; judges nothing.
"""
