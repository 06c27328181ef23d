l = [("b", 1), ("a", 2), ("b", 0), ("a", 1)]
print(sorted(l, key=lambda p: p[0]), sorted(l, key=lambda p: p[0], reverse=True), sorted(l))
l.sort(key=len)
print(l, sorted("hello"), sorted({"b": 1, "a": 2}), sorted([3, 1.5, True]))
