def swap(a, b, *rest, **options):
    return b, a, len(rest) + len(options)


def run(n):
    x, y, total = 1, 2, 0
    for i in range(n):
        x, y, extra = swap(x, y, i, i, flag=True)
        (p, q), *others = (x, y), i, i
        total += extra + p - q + len(others)
    return x, y, total


print(run(250000))
