$PY -W nonsense -c 'print("runs")'; echo $?
$PY -W error::NoSuchWarning -c 'print("runs")'; echo $?
$PY -W error:a:b:c:d:e:f -c 'print("runs")'; echo $?
$PY -W error:::no.module:x -c 'print("runs")'; echo $?
$PY -W error -c 'import warnings; warnings.warn("w")'; echo $?
$PY -W error -c '"\d"'; echo $?
$PY -W 'ignore::DeprecationWarning' -W always -c 'import warnings; warnings.warn("w", DeprecationWarning)'; echo $?
$PY -bb -c 'b"" == ""'; echo $?
$PY -b -c 'str(b"")'; echo $?
