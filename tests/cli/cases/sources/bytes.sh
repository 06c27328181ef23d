# Programs that cannot be read as text: bytes that are no UTF-8, null bytes, encodings.
try() {
    printf '%s\n' "-- $1"
    printf "$2" > "$1.py"
    $PY "$1.py" 2>&1
    echo "exit $?"
}
try plain 'print("ok")\n'
try latin 'x = "\351"\nprint(x)\n'
try later 'print(1)\n\n\ny = 2 # \377\376\n'
try multiline 'print("""\n\261""")\n'
try null 'x = 1\ny = \0 2\n'
try null_first '\0'
try null_comment 'x = 1 # a\0b\nprint(x)\n'
try cookie '# coding: latin-1\nprint(len("\351\350"))\n'
try cookie_wrong '# coding: nonsense\nprint(1)\n'
try cookie_ascii '# coding: ascii\nprint("\351")\n'
try bom '\357\273\277print("bom")\n'
try bom_cookie '\357\273\277# coding: latin-1\nprint("bom")\n'
try error_behind 'x = "\303\251"; y = (\n'
printf 'x = "\351"\n' | $PY - 2>&1
echo "exit $?"
printf 'x = "\351"\n' > m.py
$PY -c 'import m' 2>&1 | tail -2
printf 'x = \0\n' > n.py
$PY -c 'import n' 2>&1 | tail -2
