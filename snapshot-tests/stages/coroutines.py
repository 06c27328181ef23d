async def f(source):
    async with source as s:
        async for x in s:
            yield await x
    result = [y async for y in source if y]


def g():
    value = yield from h()
    return (yield value)
