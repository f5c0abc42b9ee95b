"""A run as a document (plain data), and the document as page, JSON, tables and terminal summary."""

from conflict_events.evaluation.report.document import Run, document
from conflict_events.evaluation.report.page import render_page
from conflict_events.evaluation.report.tables import write_json, write_tables
from conflict_events.evaluation.report.terminal import print_summary

__all__ = ["Run", "document", "print_summary", "render_page", "write_json", "write_tables"]
