def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C:
    def __class_getitem__(cls, key): return cls.__name__, key
print(C[1], C[1, 2])
class D: pass
attempt(lambda: D[1])
attempt(lambda: int[1])
print(list[int], dict[str, list[int]], tuple[int, ...], type[int])
