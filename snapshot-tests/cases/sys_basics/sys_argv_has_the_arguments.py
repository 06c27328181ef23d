# args: one two --three
import sys
print(sys.argv, len(sys.argv))
