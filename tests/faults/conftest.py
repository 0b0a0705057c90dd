"""What is checked outside the test files says what it found, too."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.faults.crowd", "tests.faults.zalo_day_checks")
