$PY -z; echo $?
$PY --no-such-option; echo $?
$PY -Jx; echo $?
$PY -c; echo $?
$PY -m; echo $?
$PY -W; echo $?
$PY -X; echo $?
$PY --check-hash-based-pycs; echo $?
$PY --check-hash-based-pycs sometimes; echo $?
$PY -bz hello.py; echo $?
