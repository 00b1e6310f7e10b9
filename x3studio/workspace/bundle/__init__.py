"""The project as one file that travels: mappings, rules and site, without secrets and personal data."""
