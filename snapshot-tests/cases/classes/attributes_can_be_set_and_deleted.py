class C:
    x = 1
c = C()
c.x = 2
print(c.x, C.x)
del c.x
print(c.x)
try:
    del c.x
except AttributeError as error:
    print(error)
try:
    del c.y
except AttributeError as error:
    print(error)
