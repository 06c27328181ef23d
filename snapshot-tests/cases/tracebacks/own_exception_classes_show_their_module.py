class MyError(Exception): pass
class Outer:
    class Inner(Exception): pass
try:
    raise Outer.Inner("in")
except Outer.Inner:
    raise MyError("mine")
