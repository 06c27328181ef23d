import pickle

data = [{"n": n, "s": str(n), "f": n / 3, "t": (n, n + 1), "l": list(range(n % 5))} for n in range(300)]
total = 0
for protocol in (2, 4):
    for _ in range(40):
        blob = pickle.dumps(data, protocol)
        total += len(blob)
        again = pickle.loads(blob)
print(total, again == data)
