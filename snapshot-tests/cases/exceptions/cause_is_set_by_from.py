try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError("k") from e
except KeyError as error:
    print(repr(error.__cause__), error.__suppress_context__, error.__cause__ is error.__context__)
try:
    raise ValueError from None
except ValueError as error:
    print(error.__cause__, error.__suppress_context__)
