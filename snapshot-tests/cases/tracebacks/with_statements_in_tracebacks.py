class C:
    def __enter__(self): return self
    def __exit__(self, *e): return None
with C():
    with C() as c:
        raise ValueError("in with")
