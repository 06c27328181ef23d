$PY -V; echo $?
$PY --version x y; echo $?
$PY -h | head -n 1; echo $?
$PY -? | head -n 1
$PY --help-env | head -n 1
$PY --help-xoptions | head -n 1
$PY -c 'import sys; print(sys.version_info, sys.hexversion, sys.implementation.cache_tag, sys.api_version)'
