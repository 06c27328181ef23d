def fail(error):
    raise error


def collect():
    errors = []
    for error in [ValueError("one"), TypeError("two"), OSError(2, "No such file", "x")]:
        try:
            fail(error)
        except Exception as caught:
            errors.append(caught)
    return errors


try:
    raise ExceptionGroup("outer", collect() + [ExceptionGroup("inner", [KeyError("k"), ValueError("deep")])])
except* ValueError as group:
    print("caught", group.exceptions)
    raise RuntimeError("while handling") from group
except* OSError as group:
    print("again", group.exceptions)
    raise
