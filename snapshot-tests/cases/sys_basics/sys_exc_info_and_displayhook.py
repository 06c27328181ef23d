def attempt(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


import sys
print(sys.exc_info())
sys.displayhook(5)
sys.displayhook(None)
print(_)
sys.stdout.write("written\n")
print(sys.intern("a") == "a", sys.getsizeof(0) > 0, sys.getrefcount(None) > 1)
attempt(lambda: sys.intern(5))
