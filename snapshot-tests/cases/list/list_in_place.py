a = b = [1]
a += [2]
a *= 2
print(a, b, a is b)
a = a + [3]
print(b, a is b)
try:
    a += 5
except TypeError as e:
    print(e)
