echo 'import sys; print("from stdin", sys.argv, __name__, __file__ if "__file__" in globals() else None)' | $PY; echo $?
echo 'import sys; print(sys.argv)' | $PY - a b; echo $?
printf 'print(1)\n1/0\nprint(2)\n' | $PY; echo $?
printf 'print(1)\ndef f(:\n' | $PY; echo $?
printf 'if True:\n    print("block")\nprint("no blank line")' | $PY; echo $?
printf 'import sys\nprint(repr(sys.stdin.read()))\n' | $PY -; echo $?
printf 'x = input()\nprint("got", x)\n' | $PY; echo $?
printf '1 + 1\n"not shown"\n' | $PY; echo $?
printf '' | $PY; echo $?
$PY - < hello.py; echo $?
$PY /dev/stdin < hello.py; echo $?
printf 'raise SystemExit("said on stderr")' | $PY; echo $?
