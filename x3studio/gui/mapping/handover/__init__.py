"""The end of a project: the report that is signed, and the project as one file."""
