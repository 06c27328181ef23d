a, b = b, a
a, b, c = c, b, a
first, *rest = values
(x, [y, *z]), w = nested
for i, (j, k) in pairs:
    print(i, j, k)
else:
    pass
m = n = [*a, *b]
o = {**m, "k": 1, **n}
p = {*a, 1}
q = (*a, 2, *b)
print(a if b else c, end="")
