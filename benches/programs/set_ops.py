def run(n):
    evens = set(range(0, n, 2))
    threes = {i for i in range(0, n, 3)}
    total = 0
    for _ in range(10):
        total += len(evens & threes) + len(evens | threes) + len(evens - threes) + len(evens ^ threes)
    return total, 999 in threes


print(run(100000))
