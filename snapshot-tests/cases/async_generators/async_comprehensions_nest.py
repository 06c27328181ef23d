def run(c):
    try: c.send(None)
    except StopIteration as stop: return stop.value
async def g(n):
    for x in range(n): yield x
async def f():
    gen = (x * 2 async for x in g(3))
    print(type(gen).__name__)
    return [y async for y in gen], [[a async for a in g(b)] for b in range(3)]
print(run(f()))
