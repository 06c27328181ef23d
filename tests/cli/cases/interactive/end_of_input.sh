printf '1' | $PY -q -i; echo $?
printf 'if 1:\n  print("block")' | $PY -q -i; echo $?
printf '(1,\n' | $PY -q -i; echo $?
printf '"""\n' | $PY -q -i; echo $?
printf '' | $PY -q -i; echo $?
printf 'def f():\n' | $PY -q -i; echo $?
