def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


d = {"a": 1, "b": 2}
k, v, i = d.keys(), d.values(), d.items()
d["c"] = 3
print(k, v, i, len(k), "a" in k, 1 in v, ("a", 1) in i, sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}), k == {"a", "b", "c"}, k.isdisjoint("xy"), sorted(k ^ {"a"}), i <= i)
attempt(lambda: k[0])
attempt(lambda: k + k)
attempt(lambda: k.mapping["x"])
