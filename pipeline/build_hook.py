"""What hatchling does for a wheel: make the ready table of places out of its text sources (places/ready.py).

Where the packages for that cannot be imported, the wheel goes without, and the table is made at first use.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PlacesHook(BuildHookInterface):
    """Adds ``data/places.parquet`` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the table, unless the installation is an editable one, which makes it at first use."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "pipeline"))
        try:
            from conflict_events.places.ready import as_parquet, make_table, package_data
        except ImportError as error:
            self.app.display_warning(f"{error}: the table of places will be made at first use")
            return
        finally:
            sys.path.pop(0)
        self._folder = tempfile.TemporaryDirectory(prefix="conflict-events-")
        table = Path(self._folder.name) / "places.parquet"
        table.write_bytes(as_parquet(make_table(package_data())))
        build_data["force_include"][str(table)] = "conflict_events/data/places.parquet"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what was made."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
