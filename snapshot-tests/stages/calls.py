import a.b.c as d
from . import e
from .f import g as h, i

print(1, *a, key=2, **b)
d.method(e, keyword=1)
h[1:2, ...] = i[:]
x = y.z if y else w
del x, y.z, h[0]
a[0] += b.c
b.c **= 2
p < q < r
not (s or t and u)
