def counter():
    count = 0

    def step(by):
        nonlocal count
        count += by
        return count

    return step


def compose(f, g):
    return lambda x: f(g(x))


step = counter()
inc = lambda x: x + 1
chain = compose(compose(inc, inc), compose(inc, inc))
total = 0
for i in range(300000):
    total += step(i & 3) & 1
    total += chain(i) & 1
print(total)
