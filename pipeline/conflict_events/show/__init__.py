"""Annotations for people to read: in the terminal, and as one self-contained HTML page.

:func:`~conflict_events.show.terminal.print_article` and :func:`~conflict_events.show.page.write_page` show the same
records in the same words (:mod:`~conflict_events.show.wording`).
"""
