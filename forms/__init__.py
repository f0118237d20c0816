"""Forms: form-js schema files read, shown and checked on the server as WTForms.

`schema.read` → `validation.bind` or `validation.from_json` → `validate`, `data`. Knows nothing of processes or pages:
expressions are compiled and evaluated by callables that are handed in.
"""
