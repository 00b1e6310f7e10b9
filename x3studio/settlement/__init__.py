"""From a settlement file to a proven journal: parse, group, split by month, prove; no network, no store."""
