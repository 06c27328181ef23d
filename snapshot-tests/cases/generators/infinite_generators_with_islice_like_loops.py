def naturals():
    n = 0
    while True:
        yield n
        n += 1
def take(n, it):
    for _, v in zip(range(n), it):
        yield v
print(list(take(5, naturals())))
g = naturals()
print([next(g) for _ in range(3)], next(g))
