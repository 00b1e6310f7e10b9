"""The encrypted file, table by table."""
