"""schemas.py SCHEMAS FILE: JSON files, a name a line in FILE, against the JSON schemas of their formats below SCHEMAS."""
import json
import sys
import warnings

warnings.filterwarnings("ignore")
try:
    import jsonschema
except ImportError:
    print("skip: no python3-jsonschema")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

root, listing = sys.argv[1:]


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


# What the schemas refer to by addresses of the web.
STORE = {
    "https://geojson.org/schema/GeoJSON.json": read(root + "/jsonfeed/geojson.json"),
    "https://json.schemastore.org/feed.json": read(root + "/jsonfeed/feed.json"),
    "https://json.schemastore.org/feed-1": read(root + "/jsonfeed/feed-1.json"),
    "https://json.schemastore.org/feed-1.json": read(root + "/jsonfeed/feed-1.json"),
}


def validator(path):
    schema = read(path)
    cls = jsonschema.validators.validator_for(schema)
    resolver = jsonschema.RefResolver.from_schema(schema, store=STORE)
    return cls(schema, resolver=resolver)


VALIDATORS = {
    "jsonfeed": validator(root + "/jsonfeed/feed.json"),
    "3.1": validator(root + "/ninjs/specification/ninjs-schema_3.1.json"),
    "2.2": validator(root + "/ninjs/specification/ninjs-schema_2.2.json"),
}


def kind_of(value):
    if not isinstance(value, dict):
        return None
    if str(value.get("version", "")).startswith("https://jsonfeed.org/"):
        return "jsonfeed"
    return value.get("standard", {}).get("version")


passed = failed = 0
for path in open(listing, encoding="utf-8").read().split("\n"):
    if not path.endswith(".json"):
        continue
    value = read(path)
    kind = kind_of(value)
    if kind not in VALIDATORS:
        continue
    errors = list(VALIDATORS[kind].iter_errors(value))
    if errors:
        failed += 1
        where = "/".join(str(step) for step in errors[0].absolute_path)
        print(f"FAILED: {path}: {kind}: {where}: {errors[0].message[:200]}")
    else:
        passed += 1
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
