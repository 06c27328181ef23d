import sys
def report(u): print(type(u.exc_value).__name__, u.exc_value, u.object.__qualname__, u.err_msg)
sys.unraisablehook = report
class C:
    def __del__(self): raise ValueError("in del")
    def __repr__(self): return "C()"
c = C()
c = None
print("goes on")
