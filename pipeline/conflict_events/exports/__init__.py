"""Events in the form in which other projects publish theirs.

Records keep what the text says. What a project makes of it (numbers for "several", sides, types of attack, what is not
coded at all) is written in its codebook, a TOML file under ``data/codebooks/`` that a user can extend or replace; each
coded row says in ``rules_applied`` which rules decided it.

==============  ======================================================================================================
``codebook``    the codebooks: reading, extending, checking
``counting``    from a casualty to a number, by a codebook's rules
``reading``     an event as coders look at it: who attacked whom, where, when
``coders``      a row for an event: ACLED, GED, GTD, Airwars, POLECAT, and the plain columns of CSV, GeoJSON and HXL
``writing``     files: CSV, GeoJSON, HXL, Excel, Stata, GeoParquet, GeoPackage, KML, data packages
==============  ======================================================================================================
"""

from conflict_events.exports.codebook import Codebook, CodebookError, load_codebook
from conflict_events.exports.coders import code_events
from conflict_events.exports.writing import FORMATS, TARGETS, FormatError, export

__all__ = ["FORMATS", "TARGETS", "Codebook", "CodebookError", "FormatError", "code_events", "export", "load_codebook"]
