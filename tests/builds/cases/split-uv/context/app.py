import sys

print("hello", sys.prefix != sys.base_prefix)
