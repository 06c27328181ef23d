print(__name__, __doc__, __spec__, __package__, type(__loader__).__name__, type(__builtins__).__name__)
