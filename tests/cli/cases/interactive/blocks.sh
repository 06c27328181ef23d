cat > in.txt <<'X'
def f(n):
    """Doc."""

if True:
    print("one")
    # a comment
    print("two")

for i in range(2):
    i
else:
    "end"

class A:
    def m(self):
        return 1

    x = 2

A().m()
@staticmethod
def g(): return 5

g()
if 1: print("short")

while False:
    pass
print("in the block's way")
try:
    1/0
except ZeroDivisionError:
    print("caught")

"""a
b"""
1 \
+ 2
async def c():
    pass

match 5:
    case 5:
        print("five")

X
$PY -q -i < in.txt; echo $?
