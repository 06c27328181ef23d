$PY -m no_such_module; echo $?
$PY -m no.such.module; echo $?
$PY -m json; echo $?
$PY -m hello.py; echo $?
$PY -m hello.x; echo $?
$PY -m ''; echo $?
$PY -m .hello; echo $?
$PY -m sys; echo $?
$PY -c 'import no_such_module'; echo $?
$PY -c 'from json import no_such_name'; echo $?
$PY -c 'import json.no_such_module'; echo $?
$PY -c 'import hello.x'; echo $?
