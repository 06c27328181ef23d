class C:
    def __iadd__(self, o): return "iadd"
    def __add__(self, o): return "add"
    def __isub__(self, o): return NotImplemented
    def __sub__(self, o): return "sub"
    def __rmul__(self, o): return "rmul"
c = C(); c += 1; print(c)
c = C(); c -= 1; print(c)
c = 5; c *= C(); print(c)
