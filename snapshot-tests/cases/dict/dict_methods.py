def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


d = {"a": 1, "b": 2}
print(d.get("a"), d.get("z"), d.get("z", 0), d.pop("a"), d.pop("z", None), d.setdefault("c", 3), d.setdefault("c", 4), d)
d.update({"x": 1}, y=2); d.update([("p", 5), "qr"])
print(d, d.popitem(), list(d), list(d.values()), list(d.items()), len(d), "x" in d, d.copy() == d)
print(dict.fromkeys("ab"), dict.fromkeys([1], []), dict([(1, 2)], k=3), dict({"a": 1}), {**d, "x": 9}["x"], d | {"n": 1}, list(reversed(d)))
attempt(lambda: {}.popitem())
attempt(lambda: {}.pop("k"))
attempt(lambda: {}["k"])
attempt(lambda: dict([1]))
attempt(lambda: dict([(1, 2, 3)]))
attempt(lambda: dict(5))
attempt(lambda: {}.update(5))
attempt(lambda: {[]: 1})
attempt(lambda: {} | [])
attempt(lambda: {} + {})
attempt(lambda: {} < {})
