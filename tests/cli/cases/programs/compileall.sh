$PY -m compileall tree; echo $?; find tree -name "*.pyc" | sort
