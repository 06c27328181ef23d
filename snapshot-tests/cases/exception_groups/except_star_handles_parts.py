try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ValueError(3)])
except* ValueError as e:
    print(repr(e))
except* (TypeError, KeyError) as e:
    print(repr(e))
else:
    print("else")
finally:
    print("finally")
