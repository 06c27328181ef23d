class Switch:
    def __await__(self):
        got = yield 1
        return got


async def worker(n):
    total = 0
    for i in range(n):
        total += await Switch()
    return total


def drive(n):
    tasks = [worker(n) for _ in range(4)]
    results = []
    for task in tasks:
        task.send(None)
    while tasks:
        for task in list(tasks):
            try:
                task.send(2)
            except StopIteration as stop:
                results.append(stop.value)
                tasks.remove(task)
    return results


print(drive(60000))
