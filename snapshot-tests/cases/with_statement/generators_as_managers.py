class manager:
    def __init__(self, f): self.f = f
    def __call__(self): self.g = self.f(); return self
    def __enter__(self): return next(self.g)
    def __exit__(self, t, v, tb):
        if t is None:
            next(self.g, None)
            return False
        try: self.g.throw(v)
        except StopIteration: return True
@manager
def m():
    try: yield "inside"
    except ValueError as e: print("handled", e)
    finally: print("left")
with m() as x: print(x)
with m(): raise ValueError("v")
