"""What a driver says reaches the rack in the order in which it was said."""

from __future__ import annotations

import threading

from showcaller.core.reports import Health
from showcaller.engine.rack import SlotHost
from showcaller.engine.scheduler import Scheduler


def test_a_report_of_another_thread_does_not_overtake_one_of_the_engine_thread() -> None:
    scheduler = Scheduler()
    taken: list[object] = []
    host = SlotHost(scheduler, taken.append)

    def open_device() -> None:
        host.emit(Health("opening"))
        connecting = threading.Thread(target=lambda: host.emit(Health("ready")))
        connecting.start()
        connecting.join()

    scheduler.soon(open_device)
    scheduler.turn()
    scheduler.turn()
    scheduler.close()
    assert taken == [Health("opening"), Health("ready")]


def test_a_retired_host_hands_nothing_over() -> None:
    scheduler = Scheduler()
    taken: list[object] = []
    host = SlotHost(scheduler, taken.append)
    host.emit(Health("ready"))
    host.retire()
    scheduler.turn()
    scheduler.close()
    assert taken == []
