"""JSON Schemas of the content's files, for editors.

They say what the check says, as far as JSON Schema can: not what compares two places of
a file, or a file with others.
"""
