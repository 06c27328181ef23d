"""What `dis` shows."""
import os as system
from collections import abc, deque


class Point:
    scale: int = 2

    def __init__(self, x, *rest, y=0, **more):
        self.x, self.y = x, y
        super().__init__()

    async def walk(self, steps):
        async with self as here:
            return [await step async for step in steps if step > here]


def closure(n):
    def inner():
        nonlocal n
        n += 1
        yield from (lambda: n, f"{n!r:>{n}}")
    try:
        return inner
    except (ValueError, *[]) as error:
        raise TypeError from error
    finally:
        del inner


def choose(value):
    match value:
        case {"a": [1, *rest], **others}:
            return rest or others
        case Point(x=0) | None:
            pass
    while value:
        value = value[1:-1] if 0 < value[0] <= 10 else not value
    with open(value) as f, f:
        print(*f, sep="", **{"end": "x"})
    try:
        assert value, "empty"
    except* OSError:
        pass


if __name__ == "__main__":
    print({**{}, "a": (1, 2.5, 3j, b"b", ...)}, {1, 2, 3}, -1 ** 2)
