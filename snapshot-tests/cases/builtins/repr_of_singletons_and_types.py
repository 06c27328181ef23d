print(None, True, ..., NotImplemented, int, list, type, object, ValueError, range(3), slice(1, 2), [None, ...], len, (1,).__class__, type(lambda: 0))
