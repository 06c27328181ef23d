def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


async def inner(): return 1
async def f():
    c = inner()
    return await c, await c
def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
attempt(lambda: run(f()))
