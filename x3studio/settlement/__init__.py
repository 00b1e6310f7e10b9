"""From Amazon's settlement file to a proven journal: parse, group, split by month, prove; no network or store."""
