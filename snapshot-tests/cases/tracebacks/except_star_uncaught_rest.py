try:
    raise ExceptionGroup("g", [ValueError("v"), TypeError("t")])
except* ValueError:
    print("handled")
