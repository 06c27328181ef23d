"""breakpoint and its hook."""
import os
import sys
import warnings

print(breakpoint is not None, sys.breakpointhook is sys.__breakpointhook__)
sys.breakpointhook = lambda *args, **kwargs: (args, kwargs)
print(breakpoint(1, key=2))
sys.breakpointhook = sys.__breakpointhook__
os.environ["PYTHONBREAKPOINT"] = "0"
print(breakpoint())
os.environ["PYTHONBREAKPOINT"] = "int"
print(breakpoint("42"))
os.environ["PYTHONBREAKPOINT"] = "os.path.join"
print(breakpoint("a", "b"))
for bad in ("nosuch", "os.nosuch", ".", "nosuch.thing"):
    os.environ["PYTHONBREAKPOINT"] = bad
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(breakpoint(), [str(warning.message) for warning in caught])
del sys.breakpointhook
try:
    breakpoint()
except RuntimeError as error:
    print(error)
