class G(ExceptionGroup):
    def derive(self, excs): return G("derived", excs)
g = G("x", [ValueError(1), OSError(2)])
print(repr(g.split(ValueError)))
class H(ExceptionGroup): pass
print(repr(H("x", [ValueError(1), OSError(2)]).subgroup(OSError)))
