"""Constants of all kinds, shared and not."""
a = (1, -5, 256, 257, 10**30, -(2**31), 2**31, 1.5, -0.0, 1e300, 2j, complex(0, 0), b"", b"x", b"xyz", "", "x", "name", "not a name", "é", "日本", "\ud800")
b = (1, 2, (3, 4), ("a", "b"), None, True, ...)
c = (3, 4)
d = x in {"a", "b c", 1, (2, 3)}
e = x in {3.5, b"q", "a"}
f = 257, "not a name", 10**30
