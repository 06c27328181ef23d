printf '' | $PY -i 2>&1 | sed 's/^Python 3.11.*$/Python VERSION/'; echo $?
printf '' | $PY -i -S 2>&1 | sed 's/^Python 3.11.*$/Python VERSION/'; echo $?
