g = ExceptionGroup("msg", [ValueError(1), KeyError("k")])
print(g, repr(g), g.message, g.exceptions, type(BaseExceptionGroup("b", [ValueError()])).__name__, type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__)
