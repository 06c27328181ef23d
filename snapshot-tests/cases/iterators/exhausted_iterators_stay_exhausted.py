l = [1]
i = iter(l)
print(list(i), list(i))
l.append(2)
print(list(i))
j = iter(l)
next(j)
l.append(3)
print(list(j), j.__length_hint__())
