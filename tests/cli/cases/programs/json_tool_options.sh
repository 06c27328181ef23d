$PY -m json.tool --sort-keys --indent 2 data.json
$PY -m json.tool --compact --no-ensure-ascii data.json
$PY -m json.tool --json-lines lines.json out.json; cat out.json
$PY -m json.tool < bad.json; echo $?
echo '[1, nul]' | $PY -m json.tool --tab; echo $?
$PY -m json.tool no_such.json; echo $?
$PY -m json.tool --no-such-option; echo $?
