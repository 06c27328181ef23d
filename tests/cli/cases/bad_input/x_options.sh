$PY -X utf8=2 -c pass; echo $?
$PY -X int_max_str_digits=5 -c pass; echo $?
$PY -X int_max_str_digits -c pass; echo $?
$PY -X tracemalloc=x -c pass; echo $?
$PY -X no_such_option -c 'import sys; print(sys._xoptions)'; echo $?
$PY -X a=b=c -X d -c 'import sys; print(sys._xoptions)'; echo $?
$PY -X frozen_modules=maybe -c pass; echo $?
