"""How big a run is: as the requirements say with `make faults`, smaller with `make test`; the faults are the same."""

from __future__ import annotations

import os

KILLS = int(os.environ.get("SANGKIEN_TEST_KILLS", "5"))
WHOLE = KILLS >= 20
