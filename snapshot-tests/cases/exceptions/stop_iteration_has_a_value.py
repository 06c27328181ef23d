print(StopIteration().value, StopIteration(5).value, StopIteration(1, 2).value, repr(StopIteration(5)))
