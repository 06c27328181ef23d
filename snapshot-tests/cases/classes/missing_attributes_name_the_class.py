def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


class C: pass
attempt(lambda: C().nope)
attempt(lambda: C.nope)
attempt(lambda: (5).nope)
attempt(lambda: None.nope)
attempt(lambda: "".nope)
attempt(lambda: [].nope)
attempt(lambda: len.nope)
attempt(lambda: (lambda: 0).nope)
attempt(lambda: int.nope)
import sys
attempt(lambda: sys.nope)
