def run(n):
    squares = [i * i for i in range(n)]
    evens = [x for x in squares if not x & 1]
    stack = []
    for x in evens:
        stack.append(x)
        if len(stack) > 100:
            del stack[:50]
    pairs = list(zip(squares, evens))
    flat = [y for pair in pairs for y in pair]
    return len(flat), sum(flat) % 1000003, max(flat[:1000]), flat[::-1][:2], len(stack)


print(run(300000))
