def f(a, b):
    with a as x, b:
        return x
    try:
        return 1
    finally:
        print("left")


async def g(a):
    async with a as x:
        await x
    for y in x:
        try:
            continue
        except (A, B) as error:
            raise C from error
        else:
            break
        finally:
            y = 0
