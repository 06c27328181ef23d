printf '\160\015\015\012\000\000\000\000\000\000\000\000\000\000\000\000' > old.pyc; $PY old.pyc; echo $?
printf 'x' > tiny.pyc; $PY tiny.pyc; echo $?
printf '\247\015\015\012\000\000\000\000\000\000\000\000\000\000\000\000' > empty.pyc; $PY empty.pyc; echo $?
printf '\247\015\015\012\000\000\000\000\000\000\000\000\000\000\000\000N' > none.pyc; $PY none.pyc; echo $?
printf '\247\015\015\012' > header.pyc; $PY header.pyc; echo $?
$PY -c 'import old'; echo $?
$PY -c 'import empty'; echo $?
$PY -c 'import none'; echo $?
$PY -c 'import tiny'; echo $?
$PY -m compileall -qb hello.py; rm hello.py; $PY hello.pyc again; echo $?
$PY -m hello; echo $?
