def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class A: pass
class B(A): pass
attempt(lambda: super(B, A()))
attempt(lambda: super(5, 1))
attempt(lambda: super(A, 5))
attempt(lambda: super(A).nope)
attempt(lambda: super(B, B()).nope)
print(super(B, B()).__thisclass__.__name__, super(B, B()).__self_class__.__name__, type(super(B)).__name__)
