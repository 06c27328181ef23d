def f(a, b=1, *, c=2): pass
print(f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__closure__)
for name, value in ("__name__", 1), ("__qualname__", 1), ("__defaults__", 1), ("__kwdefaults__", 1), ("__code__", 1), ("__dict__", 1), ("__annotations__", 1):
    try:
        setattr(f, name, value)
    except TypeError as error:
        print(name, error)
