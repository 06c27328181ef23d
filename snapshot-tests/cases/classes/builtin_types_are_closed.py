def change(target, name):
    try:
        setattr(target, name, 1)
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
change(5, "x")
change("s", "x")
change([], "x")
change([], "append")
change(int, "x")
change(None, "x")
change(len, "x")
change((), "__class__")
change(object(), "x")
