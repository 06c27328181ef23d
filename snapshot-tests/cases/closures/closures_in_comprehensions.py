def f(k):
    return [x * k for x in range(3)], {x: k for x in range(2)}, list(k + x for x in range(2))
print(f(5))
def g():
    return [[a * b for a in range(3)] for b in range(3)]
print(g())
