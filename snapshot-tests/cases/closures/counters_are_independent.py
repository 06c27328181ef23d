def counter():
    c = 0
    def step(by=1):
        nonlocal c
        c += by
        return c
    return step
a, b = counter(), counter()
print(a(), a(), b(), a(10), b())
