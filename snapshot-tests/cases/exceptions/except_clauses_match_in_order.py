def f(e):
    try:
        raise e
    except (KeyError, IndexError) as x:
        return "lookup", type(x).__name__
    except ArithmeticError:
        return "arithmetic"
    except:
        return "bare"
print(f(KeyError), f(IndexError()), f(ZeroDivisionError), f(SystemExit), f(OSError()))
