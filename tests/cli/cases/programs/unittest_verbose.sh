$PY -m unittest -v suite.test_sums suite.test_import 2>&1 | sed "s/in [0-9.]*s$/in TIMEs/"
