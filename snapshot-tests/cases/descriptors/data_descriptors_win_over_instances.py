class Data:
    def __get__(self, obj, owner): return "data", obj is None, owner.__name__
    def __set__(self, obj, value): print("set", value)
class NonData:
    def __get__(self, obj, owner): return "nondata"
class C:
    d = Data()
    n = NonData()
c = C()
c.__dict__.update(d=1, n=2)
print(c.d, c.n, C.d, C.n)
c.d = 5
c.n = 6
print(c.n)
