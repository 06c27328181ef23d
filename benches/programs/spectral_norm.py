def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(v, transposed):
    n = len(v)
    if transposed:
        return [sum([a(j, i) * v[j] for j in range(n)]) for i in range(n)]
    return [sum([a(i, j) * v[j] for j in range(n)]) for i in range(n)]


u = [1.0] * 110
for _ in range(6):
    v = times(times(u, False), True)
    u = times(times(v, False), True)
vbv = sum(x * y for x, y in zip(u, v))
vv = sum(y * y for y in v)
print(round((vbv / vv) ** 0.5, 9))
