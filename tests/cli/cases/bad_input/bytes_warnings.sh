$PY -b -c 'print(str(b"x"), b"x" == "x", {"x": 1}.get(b"x"))'; echo $?
$PY -bb -c 'print(b"x" == "x")'; echo $?
$PY -bb -c 'print(b"x")'; echo $?
$PY -b -W error -c 'b"x" == 120'; echo $?
