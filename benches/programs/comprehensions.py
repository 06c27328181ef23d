def run(n):
    total = 0
    for i in range(n):
        squares = [x * x for x in range(20) if x % 3]
        table = {x: str(x) for x in squares}
        odd = {x for x in squares if x & 1}
        total += len(table) + len(odd) + sum(x for x in squares if x in table)
        first, *_, last = squares
        total += last - first
    return total


print(run(30000))
