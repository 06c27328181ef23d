$PY hello.py >&-; echo $?
$PY -c 'import sys; print(sys.stdout); sys.stderr.write("still here\n")' >&-; echo $?
$PY -c 'import sys; sys.stdout.close()'; echo $?
$PY -c 'import os; os.close(1); print("x")'; echo $?
$PY -c '1/0' 2>&-; echo $?
$PY -c 'import sys; print(sys.stdin)' <&-; echo $?
$PY -c 'input()' <&-; echo $?
$PY <&-; echo $?
