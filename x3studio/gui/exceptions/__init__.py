"""The exception desk: what needs a person, grouped by cause, with the way to mend it and to replay it."""
