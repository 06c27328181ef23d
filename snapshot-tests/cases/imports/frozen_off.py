# options: -X frozen_modules=off
import _imp
import sys
import zipimport

print(_imp.is_frozen('__hello__'), _imp.is_frozen('zipimport'))
print(zipimport.__spec__.loader, zipimport)
try:
    _imp.get_frozen_object('__hello__')
except ImportError as error:
    print(error)
print(sys._xoptions)
