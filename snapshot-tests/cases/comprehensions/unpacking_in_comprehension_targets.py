print([a + sum(b) for a, *b in [(1, 2, 3), (4,)]])
print([i for i, in [(1,), (2,)]], [d["k"] for d["k"] in [1, 2] for d in [d]] if (d := {}) is not None else 0)
