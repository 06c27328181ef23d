for e in (OSError(2, "No such file", "f.txt"), OSError(13, "denied"), OSError("only"), OSError(), OSError(2, "a", "b", None, "c"), OSError(17, "x", 5)):
    print(type(e).__name__, str(e), repr(e), e.errno, e.strerror, e.filename, e.args)
