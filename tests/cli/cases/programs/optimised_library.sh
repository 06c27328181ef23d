for level in "" -O -OO; do $PY $level -c '
import abc, codecs, enum, os, re, sys, weakref
print(sys.flags.optimize, [module.__doc__ is None for module in (abc, codecs, enum, os, re, weakref)])
print(os.path.join.__doc__, len(os.makedirs.__code__.co_consts), re.compile.__doc__)
def check():
    """Doc."""
    assert False, "checked"
try:
    check()
except AssertionError as error:
    print(error)
print(check.__doc__, __debug__)
'; $PY $level -m this | head -1; done
