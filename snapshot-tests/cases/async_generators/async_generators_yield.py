def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
async def g():
    x = yield 1
    print("got", x)
    yield 2
async def f():
    a = g()
    print(await a.__anext__(), await a.asend("v"))
    try:
        await a.__anext__()
    except StopAsyncIteration:
        print("stopped")
    return [x async for x in g()]
print(run(f()))
print(type(g()).__name__)
