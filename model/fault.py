"""错误 Errors a person can mend: one sentence, told in the person's language."""

from functools import partial
from typing import Any, Literal


class Fault(Exception):
    """可处理的错误 Something a person can mend: what, where, and how, as a message id and its parameters.

    Raised by any room, rendered only by the gate from the message catalogue, so that no room carries
    sentences of its own. `exit_code` is 3 when the input or configuration is wrong, 1 when we could not do
    our work (disk full, database locked, host not reachable).
    """

    def __init__(self, message_id: str, *, exit_code: Literal[1, 3] = 3, **params: Any) -> None:
        super().__init__(f"{message_id} {params}")
        self.message_id = message_id
        self.params = params
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[Any, ...]:
        # So that a fault raised in a worker process arrives whole.
        return partial(Fault, exit_code=self.exit_code, **self.params), (self.message_id,)
