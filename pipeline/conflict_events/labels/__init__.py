"""Labels from and for annotation tools: Prodigy, doccano, Label Studio, brat, CoNLL-2003, spaCy (docs/labels.md)."""

from conflict_events.labels.convert import export_labels, import_labels, labelled_from_annotation
from conflict_events.labels.formats import FORMATS, detect
from conflict_events.labels.records import Conversion, LabelFormatError, Note, Notes

__all__ = [
    "FORMATS",
    "Conversion",
    "LabelFormatError",
    "Note",
    "Notes",
    "detect",
    "export_labels",
    "import_labels",
    "labelled_from_annotation",
]
