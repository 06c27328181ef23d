def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
async def g():
    yield 1
    raise StopAsyncIteration
async def f():
    async for x in g(): print(x)
attempt(lambda: run(f()))
