printf 'print(1)\n\000\nprint(2)\n' > nul.py; $PY nul.py; echo $?
printf 'import nul\n' > importer.py; $PY importer.py; echo $?
printf 'print(1)\n\000' | $PY -; echo $?
$PY -c 'compile("a\0b", "<s>", "exec")'; echo $?
$PY -c 'open("a\0b")'; echo $?
