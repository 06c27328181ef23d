printf 'PK\003\004 not really' > broken.zip
$PY broken.zip; echo $?
printf 'PK\005\006\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' > empty.zip
$PY empty.zip; echo $?
