class C:
    def __enter__(self): pass
    def __exit__(self, *e): raise KeyError("from exit")
try:
    with C():
        raise ValueError("body")
except KeyError as error:
    print(error, repr(error.__context__))
