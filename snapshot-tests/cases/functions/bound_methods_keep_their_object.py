class C:
    def m(self, *a): return a
c = C()
m = c.m
print(m(1, 2), m.__self__ is c, m.__func__ is C.m, m == c.m, m is c.m, m.__name__)
print(C.m(c, 3), m.__qualname__)
try:
    m.x = 1
except AttributeError as error:
    print(error)
