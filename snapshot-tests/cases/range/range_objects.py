def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


r = range(2, 20, 3)
print(r, list(r), len(r), r[0], r[-1], r[1:3], r[::-1], 5 in r, 6 in r, r.index(8), r.count(8), r.start, r.stop, r.step, range(3) == range(0, 3, 1), range(0) == range(5, 5), hash(range(3)) == hash(range(0, 3)), list(reversed(r)), range(10 ** 20)[-1], bool(range(0)), 5.0 in r)
attempt(lambda: range(1, 2, 0))
attempt(lambda: range("a"))
attempt(lambda: range())
attempt(lambda: range(1.5))
attempt(lambda: r[10])
attempt(lambda: r["a"])
attempt(lambda: r.index(3))
attempt(lambda: len(range(10 ** 20)))
attempt(lambda: range(1) + range(2))
