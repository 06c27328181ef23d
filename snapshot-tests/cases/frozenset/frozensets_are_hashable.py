def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


f = frozenset([1, 2])
print(f, frozenset(), {f: "k"}[frozenset([2, 1])], hash(f) == hash(frozenset([2, 1])), f | {3}, {3} | f, type(f | {3}).__name__, type({3} | f).__name__, f == {1, 2}, f < {1, 2, 3})
attempt(lambda: f.add(1))
attempt(lambda: frozenset(5))
attempt(lambda: frozenset([[]]))
print({1, 2} in {frozenset([1, 2])})
