$PY no_such_file.py; echo $?
$PY no_such_folder/x.py; echo $?
$PY hello.py/x.py; echo $?
$PY ''; echo $?
$PY "$(printf 'bad\377name.py')" 2>&1 | od -c | head -n 1 | cut -c1-12
