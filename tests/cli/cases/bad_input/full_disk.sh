$PY hello.py > /dev/full; echo $?
$PY -c 'print("x" * 100000)' > /dev/full; echo $?
$PY -u -c 'print("x")' > /dev/full; echo $?
