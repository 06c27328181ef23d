def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


async def g(): yield 1
attempt(lambda: list(g()))
attempt(lambda: next(g()))
def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
async def f():
    return [x for x in g()]
attempt(lambda: run(f()))
