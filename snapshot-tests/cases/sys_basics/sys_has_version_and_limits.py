import sys
print(sys.version_info[:2], sys.version_info.major, sys.maxsize, sys.byteorder, sys.maxunicode, sys.implementation.cache_tag, sys.getrecursionlimit(), sys.float_info.max, sys.hash_info.width, sys.int_info.bits_per_digit, sys.flags.optimize, sys.flags.no_site)
