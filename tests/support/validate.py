# SPDX-License-Identifier: Apache-2.0
"""validate.py SCHEMA FILE.toml...

Checks that SCHEMA is a JSON Schema of draft 4, then each file against it. Prints "NAME: valid", or
a line for each mistake: "NAME: PATH: MESSAGE". Ends with 0 unless the schema itself is wrong.
"""
import json
import os
import sys
import tomllib

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft4Validator.check_schema(schema)
validator = jsonschema.Draft4Validator(schema)
for path in sys.argv[2:]:
    with open(path, "rb") as file:
        config = tomllib.load(file)
    name = os.path.basename(path)
    mistakes = list(validator.iter_errors(config))
    for mistake in mistakes:
        where = "/".join(str(part) for part in mistake.absolute_path)
        print(f"{name}: {where}: {mistake.message}")
    if not mistakes:
        print(f"{name}: valid")
