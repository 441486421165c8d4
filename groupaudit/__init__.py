"""groupaudit finds the shared spaces of a hospital that show patients' data to the wrong readers."""

__version__ = "0.1.0"
