import sys
print("order", sys.version_info.major)
