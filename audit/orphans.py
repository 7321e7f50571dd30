"""孤儿 A child process whose parent is gone has nobody to work for: it ends."""

import os
import threading
import time

_LOOK = 0.5  # seconds


def end_with(parent: int, grace: float = 0.0) -> None:
    """随父而终 Ends this process, at once or `grace` seconds after process `parent` is not its parent any more.

    A child that only waits for work on a queue would not notice: it holds the other end of the queue itself.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK)
        time.sleep(grace)
        os._exit(1)

    threading.Thread(target=watch, name="duwang-parent", daemon=True).start()
