"""The morning page: five numbers, what to do next, the flows, two charts, the shift's note."""
