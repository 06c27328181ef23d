# Items that come and go at the end use the table up: it has to be rebuilt although it holds next to nothing.
d = {}
for i in range(1000):
    d[i] = i
    d.popitem()
print(2000 in d, len(d))

d = {"kept": 1}
for i in range(1000):
    d[f"name{i}"] = i
    assert d.popitem() == (f"name{i}", i)
print("other" in d, d)

copies = []
for i in range(50):
    d[i] = i
    d.popitem()
    copies.append(d.copy())
for copy in copies:
    for i in range(100):
        copy[f"x{i}"] = i
        copy.popitem()
print(all(copy == d for copy in copies), "missing" in copies[-1])

from collections import OrderedDict

od = OrderedDict()
for i in range(1000):
    od[i] = i
    if i > 2:
        od.popitem(last=bool(i % 2))
        od.move_to_end(next(iter(od)))
print(list(od), 5000 in od)
