def run(n):
    total = 0
    for i in range(n):
        total += len(f"{i:>8}|{i / 3:.3f}|{i!r}|{'even' if i % 2 == 0 else 'odd'}")
    return total


print(run(200000))
