e = ExceptionGroup("g", [TypeError("t")])
e.add_note("noted")
raise e from KeyError("cause")
