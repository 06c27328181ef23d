def g():
    yield 1
    yield [][0]
for x in g():
    print(x)
