"""What every test process does first."""

from tests.storage.laid import lay_down

lay_down()
