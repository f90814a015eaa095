import signal

import pytest

from fcnn.signals import defer_signals


@pytest.fixture(autouse=True)
def listening():
    """Also where whoever started the tests ignores interrupts."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


def test_block_ends_before_an_interrupt_is_heard():
    done = []

    def interrupted():
        with defer_signals():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == ["all of it"]


def test_block_without_an_interrupt_leaves_the_handlers_as_they_were():
    earlier = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with defer_signals():
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == earlier


def test_error_of_the_block_is_what_is_raised():
    with pytest.raises(ValueError, match="mine"), defer_signals():
        raise ValueError("mine")


def test_interrupt_is_heard_where_the_block_fails_too():
    def interrupted():
        with defer_signals():
            signal.raise_signal(signal.SIGINT)
            raise ValueError("mine")

    with pytest.raises(KeyboardInterrupt):
        interrupted()
