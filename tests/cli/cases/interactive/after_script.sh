echo 'value = 5; print("script")' > script.py
printf 'value\n__name__\n"__file__" in globals()\n' | $PY -i script.py; echo $?
echo 'value = 5; 1/0' > failing.py
printf 'value\nimport sys; sys.last_type\n' | $PY -i failing.py; echo $?
echo 'import sys; sys.exit(3)' > leaving.py
printf '"still here"\n' | $PY -i leaving.py; echo $?
printf 'x\n' | $PY -i -c 'x = 7'; echo $?
printf 'sys.argv\n' | $PY -i -c 'import sys' a b; echo $?
printf '1\n' | $PY -i no_such_file.py; echo $?
printf 'spam\n' | PYTHONINSPECT=1 $PY -c 'print("no terminal, no prompt")'; echo $?
