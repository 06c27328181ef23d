x = None
for n in range(100000):
    x = [x]
del x
y = ()
for n in range(100000):
    y = (y,)
del y
class N: pass
z = None
for n in range(50000):
    k = N()
    k.next = z
    z = k
del z, k
print("done")
