def run(n):
    d = {}
    for i in range(n):
        d[i * 7919 % 100003] = i
    hits = 0
    for i in range(n):
        if i in d:
            hits += d[i] & 1
    for i in range(0, n, 3):
        d.pop(i, None)
    return len(d), hits


print(run(400000))
