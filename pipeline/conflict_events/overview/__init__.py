"""A corpus at a glance: events or incidents as one page that opens offline.

:mod:`~conflict_events.overview.entries` reads results or incidents into plain rows,
:mod:`~conflict_events.overview.page` writes them as a page with map, timeline, tables and the list that each number
leads to.
"""
