ln -s loop.py loop.py; $PY loop.py; echo $?
name=$(printf 'x%.0s' $(seq 300)); $PY $name.py 2>&1 | tail -c 40; echo $?
$PY -c 'import loop'; echo $?
