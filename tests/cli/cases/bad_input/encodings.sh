printf 'x = 1\ns = "\351"\n' > latin.py; $PY latin.py; echo $?
printf '# coding: nonsense\n' > cookie.py; $PY cookie.py; echo $?
printf '# coding: utf-8\ns = "\200"\n' > bad8.py; $PY bad8.py; echo $?
printf '\357\273\277# coding: latin-1\nprint(1)\n' > bom.py; $PY bom.py; echo $?
printf '\357\273\277print("bom")\n' > bom8.py; $PY bom8.py; echo $?
printf '# coding: latin-1\nprint(len("\351\344"))\n' > good.py; $PY good.py; echo $?
printf '#!/usr/bin/python\n# -*- coding: ascii -*-\n"\303\244"\n' > ascii.py; $PY ascii.py; echo $?
printf 'import latin\n' > importer.py; $PY importer.py; echo $?
printf '\377\376x\000' > utf16.py; $PY utf16.py; echo $?
