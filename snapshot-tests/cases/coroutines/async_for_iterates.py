def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def run(c):
    try:
        c.send(None)
    except StopIteration as stop:
        return stop.value
class Count:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1
        return self.n
async def f():
    async for x in Count(3):
        print(x)
    else:
        print("else")
    return [x async for x in Count(4) if x % 2], {x async for x in Count(1)}, {x: 1 async for x in Count(2)}
print(run(f()))
async def g():
    async for x in [1]: pass
attempt(lambda: run(g()))
