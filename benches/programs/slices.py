def run(n):
    data = list(range(200))
    text = "abcdefghij" * 20
    pair = tuple(data)
    total = 0
    for i in range(n):
        k = i % 100
        part = data[k : k + 10]
        data[k : k + 10] = part[::-1]
        total += len(text[k:-k]) + len(pair[:k]) + data[k] + len(text[::2][k:])
    return total


print(run(150000))
