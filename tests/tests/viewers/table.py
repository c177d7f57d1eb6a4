"""Reads a CSV table with Python's module and prints its rows as JSON."""

import csv
import json
import sys

with open(sys.argv[1], newline="", encoding="utf-8") as table:
    print(json.dumps(list(csv.DictReader(table, strict=True))))
