"""The mapping workbench: one service that joins the store, the matching and the records in memory."""
