raise ExceptionGroup("top", [ValueError(1), ExceptionGroup("inner", [KeyError("k"), OSError(2, "no")])])
