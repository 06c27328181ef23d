class C:
    def __init__(self, r): self.r = r
    def __enter__(self): return self
    def __exit__(self, t, v, tb):
        print(t.__name__, v, tb is not None)
        return self.r
with C(True):
    raise ValueError("swallowed")
try:
    with C(False):
        raise KeyError("passes")
except KeyError as error:
    print("outside", error)
with C(1):
    1 / 0
print("end")
