printf 'raise SystemExit(4)\n1\n' | $PY -q -i; echo $?
printf 'exit()\n1\n' | $PY -q -i; echo $?
printf 'import sys\nsys.exit("message")\n' | $PY -q -i; echo $?
printf 'exit\nquit\n' | $PY -q -i; echo $?
printf 'import atexit\natexit.register(print, "at exit")\n' | $PY -q -i | sed 's/0x[0-9a-f]*/ADDRESS/'; echo $?
