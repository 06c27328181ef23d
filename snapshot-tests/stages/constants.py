a = (1, 2.0, 3j, "s", b"b", None, True, ..., (4, (5,)))
b = [1, 2, 3]
c = {1, 2, 3}
d = x in {1, 2, 3}
for e in [1, 2, 3]:
    pass
f = {"a": 1, "b": 2}
g = 2 ** 10, 7 // 2, -1, ~5, 1 << 3, "ab" * 3, b"x"[0]
h = 1 if True else 2
while True:
    if __debug__:
        break
i = 0.0, -0.0, 1e400
