cat > in.txt <<'X'
import sys
sys.ps1, sys.ps2
sys.ps1 = "in: "
class Counter:
    n = 0
    def __str__(self):
        self.n += 1
        return f"[{self.n}] "

sys.ps1 = Counter()
1
if 1:
    2

sys.displayhook = lambda value: print("shown", value)
5
None
sys.excepthook = lambda t, v, tb: print("error", v)
1/0
del sys.displayhook
6
sys.last_type
X
$PY -q -i < in.txt; echo $?
