"""The one place that names concrete classes and builds them from the configuration.

``audits`` runs the whole job, ``demos`` runs it against the emulator, ``local`` classifies files,
``kept`` serves the history. It decides nothing about exposure or severity.
"""
