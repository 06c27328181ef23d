x = [1, 2, 3]
for v in x:
    if len(x) < 6:
        x.append(v * 10)
print(x)
for v in x:
    x.remove(v)
print(x)
