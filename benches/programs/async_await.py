import asyncio


async def leaf(n):
    if n % 50 == 0:
        await asyncio.sleep(0)
    return n


async def tree(depth):
    if depth == 0:
        return await leaf(depth)
    total = 0
    for _ in range(3):
        total += await tree(depth - 1)
    return total + 1


async def main():
    results = await asyncio.gather(*(tree(6) for _ in range(25)))
    return sum(results)


print(asyncio.run(main()))
