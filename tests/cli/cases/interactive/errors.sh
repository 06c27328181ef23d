cat > in.txt <<'X'
1/0
a b
def f(:
print("after")
def g():
    return undefined

g()
x = [1,
2
3]
  indented
'abc
(1 + ]
raise ValueError("x") from KeyError("y")
raise ExceptionGroup("g", [ValueError(1)])
import no_such_module
def h():
return 1
prin(1)
f'{'
class C
X
$PY -q -i < in.txt; echo $?
