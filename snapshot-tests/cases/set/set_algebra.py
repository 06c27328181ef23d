def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


a, b = {1, 2, 3}, {2, 3, 4}
print(a & b, a | b, a - b, a ^ b, a < {1, 2, 3, 4}, a <= a, a > {1}, a.isdisjoint({9}), a.union([7]), a.intersection([2], {2}), a.difference([1]), a.symmetric_difference([1]), a.issubset(range(9)), a.issuperset([1]))
a &= b; a |= {9}; a -= {2}; a ^= {3}
print(a)
attempt(lambda: a & [1])
attempt(lambda: a | "x")
attempt(lambda: a < [1])
attempt(lambda: a.union(5))
