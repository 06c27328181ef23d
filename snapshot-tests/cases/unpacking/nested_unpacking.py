(a, b), [c, (d, *e)], *f = (1, 2), [3, "xyz"], 5, 6
print(a, b, c, d, e, f)
*a, = "ab"
[x] = {5}
print(a, x)
a, b = b, a = 1, 2
print(a, b)
i, l = 0, [0, 0]
i, l[i] = 1, 9
print(i, l)
