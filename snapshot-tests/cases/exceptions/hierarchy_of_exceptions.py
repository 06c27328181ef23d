for e in (KeyError, IndexError, ZeroDivisionError, UnicodeDecodeError, ModuleNotFoundError, RecursionError, FileNotFoundError, StopIteration, KeyboardInterrupt, UnboundLocalError, TabError):
    print([k.__name__ for k in e.__mro__])
