"""groupaudit finds the shared spaces of a hospital that show patients' data to wrong readers."""

__version__ = "0.1.0"
