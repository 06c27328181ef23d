def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
async def g():
    try:
        yield 1
    except ValueError:
        yield "caught"
    finally:
        print("finally")
async def f():
    a = g()
    await a.__anext__()
    print(await a.athrow(ValueError))
    await a.aclose()
    b = g()
    await b.asend(None)
    await b.aclose()
run(f())
