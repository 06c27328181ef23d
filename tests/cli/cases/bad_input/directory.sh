$PY tree; echo $?
mkdir empty; $PY empty; echo $?
$PY .; echo $?
$PY -m tree; echo $?
$PY -m tree.good; echo $?
