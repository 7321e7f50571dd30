"""循环 The one loop of a process that crawls several sites side by side: Scrapy's asyncio reactor."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_loop(main: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """运行循环 Runs `main()` on the reactor that `crawl_async` needs, to its end. Blocks; main thread, once a process.

    No signal is handled here: whoever calls decides what a signal means. Raises what `main` raises.
    """
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor as installed

    reactor: Any = installed
    tasks: list[asyncio.Task[Answer]] = []

    async def whole() -> Answer:  # what `main` raises before it gives its coroutine ends the loop, too
        return await main()

    def begin() -> None:
        tasks.append(asyncio.get_event_loop().create_task(whole()))
        tasks[0].add_done_callback(lambda _: reactor.stop())

    reactor.callWhenRunning(begin)
    reactor.run(installSignalHandlers=False)
    return tasks[0].result()
