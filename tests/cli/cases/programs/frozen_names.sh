$PY -c 'import os; os.environ["NOPE"]'; echo $?
$PY -c 'import os; os.makedirs("/proc/no/such")'; echo $?
printf '\377' > bad.txt; $PY -c 'open("bad.txt", encoding="utf-8").read()'; echo $?
echo '1/0' > failing.py; $PY -m failing; echo $?
mkdir folder; echo 'import nope' > folder/__main__.py; $PY folder; echo $?
$PY -X tracemalloc=0 -c pass; echo $?
$PY -c 'import sys; sys.tracebacklimit = 0; 1/0'; echo $?
$PY -c "import os; print(os.makedirs.__code__.co_filename)"
$PY -X frozen_modules=off -c 'import os; print(os.makedirs.__code__.co_filename == os.__file__)'
