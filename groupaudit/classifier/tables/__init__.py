"""Tables judged by their columns, and the persons in them counted row by row.

``judge`` is the door, ``together`` joins the persons of several tables; ``typed`` finds the tables
that a text holds. Rows stream through once: memory grows by a few bytes for each distinct person,
never with the rows, and no cell is kept beyond the sample from which the columns are told.
"""

from groupaudit.classifier.tables.judging import TableFinding, judge, together
from groupaudit.classifier.tables.typed import typed

__all__ = ["TableFinding", "judge", "together", "typed"]
